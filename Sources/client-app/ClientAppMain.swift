import ConsoleCommands

@main
enum ClientAppMain {
    static func main() async { await ClientApp.main() }
}
