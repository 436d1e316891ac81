import GatewayCommands

@main
enum RpcGatewayMain {
    static func main() async { await RpcGatewayProgram.main() }
}
