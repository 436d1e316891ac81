/// What a fragment of code stands in: the imports that it needs, and what its reader has at hand.
///
/// A fragment's declarations of types stand beside all others of its file; its statements become the body of a function
/// that may suspend and throw, with these parameters.
struct Surroundings: Sendable {
    var imports: [String]
    var parameters: [String]
    var declarations = ""

    /// Of the documents, and of the core.
    static let core = Surroundings(
        imports: ["AcquisitionZeroMQ", "Foundation", "Logging"],
        parameters: [
            "service: any RpcService", "client: RpcClient", "request: ApiCommandRequest", "logger: Logger",
            "position: Double", "positions: [Double]", "name: String", "frame: Data",
        ],
        declarations: """
            func calibrate() async throws {}
            """
    )

    /// Of a file of the module `module`, or of a document.
    static func of(_ file: String) -> Surroundings {
        var surroundings = core
        let folders = file.split(separator: "/")
        guard folders.count > 2, folders[0] == "Sources", file.hasSuffix(".swift") else {
            surroundings.add(gateways)
            return surroundings
        }
        let module = String(folders[1])
        surroundings.imports.append("@testable \(module)")
        surroundings.add(more[module] ?? Surroundings(imports: [], parameters: []))
        return surroundings
    }

    private mutating func add(_ other: Surroundings) {
        imports += other.imports
        parameters += other.parameters
        declarations += "\n" + other.declarations
    }

    private static let gateways = Surroundings(
        imports: ["DareplaneGateway", "LiaisonGateway"],
        parameters: ["gateway: DareplaneGateway", "valves: Valves"],
        declarations: """
            struct Valves: Sendable {
                func open(_ side: String, for time: Duration) async throws {}
            }
            """
    )

    private static let more: [String: Surroundings] = [
        "AcquisitionLifecycle": Surroundings(
            imports: ["DareplaneGateway", "ServiceLifecycle"],
            parameters: ["gateway: DareplaneGateway"]
        ),
        "AcquisitionRPC": Surroundings(
            imports: [],
            parameters: [
                "inside: InProcessTransport", "zeroMQ: any ServiceTransport", "options: RpcOptions",
                "log: RepeatLogger", "peer: String",
            ]
        ),
        "DareplaneGateway": Surroundings(
            imports: ["GatewayCore"],
            parameters: ["configuration: ControlRoomConfiguration"],
            declarations: "@Sendable func start(_ block: JSONValue) async throws {}"
        ),
        "GatewayCore": Surroundings(
            imports: ["DareplaneGateway", "NIOCore", "NIOPosix"],
            parameters: [
                "table: ConfigurationTable", "settings: DareplaneGatewaySettings", "address: ListenAddress",
            ],
            declarations: """
                struct Settings {
                    var name: String
                    var port: Int
                }
                """
        ),
        "IBLGateway": Surroundings(imports: ["GatewayCore"], parameters: []),
        "LiaisonGateway": Surroundings(
            imports: ["GatewayCore"],
            parameters: ["address: ListenAddress", "companion: LiaisonCompanion", "valves: Valves"],
            declarations: """
                struct Valves: Sendable {
                    struct Valve: Sendable {
                        func open(for time: Duration) async throws {}
                    }
                    subscript(side: String) -> Valve { Valve() }
                }
                """
        ),
        "ZeroMQ": Surroundings(
            imports: [],
            parameters: ["context: Context", "socket: Socket", "friend: CurveKey"]
        ),
    ]

    /// A file in which `blocks`, all of one file, stand where they belong. The compiler's words name that file.
    func source(around blocks: [CodeBlock]) -> String {
        var source = imports.reduce(into: "") {
            $0 += "\($1.hasPrefix("@") ? $1.replacing(" ", with: " import ") : "import \($1)")\n"
        }
        source += declarations + "\n"
        for (number, block) in blocks.enumerated() {
            let (declarations, statements) = Self.split(block.code)
            let place = "#sourceLocation(file: \"\(block.file)\", line: \(block.line))\n"
            source += place + declarations
            source += "\nfunc fragment\(number)(\(parameters.joined(separator: ", "))) async throws {\n"
            source += place + statements + "\n}\n"
        }
        return source + "#sourceLocation()\n"
    }

    /// What stands outside of functions, and the rest; each with blank lines in place of the other.
    private static func split(_ code: String) -> (declarations: String, statements: String) {
        var (declarations, statements): ([Substring], [Substring]) = ([], [])
        var isInside = false
        for line in code.split(separator: "\n", omittingEmptySubsequences: false) {
            let begins = ["extension ", "struct ", "enum ", "final class ", "func "].contains { line.hasPrefix($0) }
            let belongs = isInside || begins
            declarations.append(belongs ? line : "")
            statements.append(belongs ? "" : line)
            if begins { isInside = !line.hasSuffix("}") } else if line.hasPrefix("}") { isInside = false }
        }
        return (declarations.joined(separator: "\n"), statements.joined(separator: "\n"))
    }
}
