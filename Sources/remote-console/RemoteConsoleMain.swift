import ConsoleCommands

@main
enum RemoteConsoleMain {
    static func main() async {
        await RemoteConsoleProgram.main()
    }
}
