import GatewayCommands

@main
enum RpcGatewayMain {
    static func main() { RpcGatewayProgram.main() }
}
