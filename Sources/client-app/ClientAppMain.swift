import ConsoleCommands

@main
enum ClientAppMain {
    static func main() { ClientApp.main() }
}
