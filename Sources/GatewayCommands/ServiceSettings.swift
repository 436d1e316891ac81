import AcquisitionZeroMQ
import ConsoleCommands
import GatewayCore
import ZeroMQ

/// Where the acquisition process is, and with which keys: the table `service` of a configuration file.
struct ServiceSettings: Sendable {
    var host = "127.0.0.1"
    var commandPort: UInt16 = 5557
    var subscriberPort: UInt16 = 5556
    var timeout: Duration = .seconds(5)
    var retries = 0
    /// The gateway's secret key, a file, and the process's public key, a file or the key itself; nil for none.
    var curveKey: String?
    var curveServerKey: String?

    /// What the command line says where there is no file.
    init() {}

    init(reading reader: TableReader) {
        let given = reader.integer("command_port", in: 1...65535).map { UInt16($0) }
        commandPort = given ?? commandPort
        if let text = reader.string("host") { read(host: text, given, reader) }
        subscriberPort = reader.integer("subscriber_port", in: 1...65535).map { UInt16($0) } ?? subscriberPort
        timeout = reader.duration("timeout") ?? timeout
        retries = reader.integer("retries", in: 0...100) ?? retries
        curveKey = reader.string("curve_key")
        curveServerKey = reader.string("curve_server_key")
        if (curveKey == nil) != (curveServerKey == nil) {
            reader.note(
                curveKey == nil ? "curve_server_key" : "curve_key",
                "needs the other of curve_key and curve_server_key too"
            )
        }
        if let problem = keyProblem {
            reader.note("curve_key", problem)
        }
    }

    private mutating func read(host text: String, _ given: UInt16?, _ reader: TableReader) {
        do throws(HostArgument.Problem) {
            let address = try HostArgument(text)
            host = address.host
            if let port = address.port, let given, port != given {
                reader.note("host", "names port \(port), and command_port is \(given): give one of them")
            }
            commandPort = given ?? address.port ?? commandPort
            if let problem = hostProblem { reader.note("host", problem) }
        } catch {
            reader.note("host", "is '\(text)': \(error)")
        }
    }

    /// What is wrong with the host, if anything: whether a name is one is only known when it is looked up.
    private var hostProblem: String? {
        do {
            _ = try ServiceEndpoints(host: host, commandPort: commandPort, subscriberPort: subscriberPort)
            return nil
        } catch {
            return error.message
        }
    }

    /// What is wrong with the keys, if anything: said before anything is started.
    private var keyProblem: String? {
        do {
            _ = try credentials()
            return nil
        } catch {
            return "\(error)"
        }
    }

    private func credentials() throws -> CurveCredentials? {
        guard let curveKey, let curveServerKey else { return nil }
        if let key = CurveKey(z85: curveServerKey) {
            return try CurveCredentials(serverKey: key, secretKeyFile: curveKey)
        }
        return try CurveCredentials(serverKeyFile: curveServerKey, secretKeyFile: curveKey)
    }

    /// A client of the process, which begins to connect at once.
    func client() throws -> RpcClient {
        try createApiClient(
            host: host,
            commandPort: commandPort,
            subscriberPort: subscriberPort,
            credentials: credentials(),
            options: ClientOptions(timeout: timeout, retries: retries)
        )
    }
}
