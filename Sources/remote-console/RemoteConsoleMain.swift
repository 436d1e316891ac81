import ConsoleCommands

@main
enum RemoteConsoleMain {
    static func main() {
        RemoteConsoleProgram.main()
    }
}
