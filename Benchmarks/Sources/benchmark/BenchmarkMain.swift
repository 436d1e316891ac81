import Foundation

/// Measures this package beside bare libzmq and the Python package, in one run.
///
///     benchmark [--quick] [--json] [--guard] [--only commands|events|idle]
///     benchmark soak [--minutes N] [--svg FILE] [--leak BYTES]
@main
enum BenchmarkMain {
    static func main() {
        let arguments = Array(CommandLine.arguments.dropFirst())
        if arguments.first == "soak" { Soak.main(Array(arguments.dropFirst())) }
        let isGuard = arguments.contains("--guard")
        let tools = Tools(isQuick: isGuard || arguments.contains("--quick"))
        do {
            let only = arguments.firstIndex(of: "--only").map { arguments.dropFirst($0 + 1).first ?? "" }
            let parts = Part.allCases.filter { only == nil || only == $0.rawValue }
            guard !parts.isEmpty else { throw Failure("--only takes commands, events or idle") }
            let figures = try parts.flatMap { try $0.figures(tools) }
            if arguments.contains("--json") {
                let object = Figure.json(figures)
                let data = try JSONSerialization.data(withJSONObject: object, options: [.sortedKeys, .prettyPrinted])
                print(String(decoding: data, as: UTF8.self))
            } else {
                print(Figure.table(figures))
            }
            if isGuard { try guardTargets(figures, tools) }
        } catch {
            say("\(error)")
            exit(1)
        }
    }

    /// Fails where a promise is missed by more than its tolerance, normally a factor of two, and missed again when it is
    /// measured again: a slip is seen, noise is not.
    private static func guardTargets(_ figures: [Figure], _ tools: Tools) throws {
        let slips = figures.filter { $0.isSlip }
        guard !slips.isEmpty else { return say("every promise is kept, or missed by less than its tolerance") }
        for slip in slips { say("off its target, measuring again: \(slip.what)") }
        let again = try Part.allCases.filter { part in slips.contains { part.measures($0) } }
            .flatMap { try $0.figures(tools) }
        let lasting = again.filter { figure in figure.isSlip && slips.contains { $0.what == figure.what } }
        for slip in lasting { say("off its target twice:\n\(Figure.table([slip]))") }
        if !lasting.isEmpty { exit(1) }
    }

    private static func say(_ text: String) {
        FileHandle.standardError.write(Data("benchmark: \(text)\n".utf8))
    }

    private enum Part: String, CaseIterable {
        case commands, events, idle

        func figures(_ tools: Tools) throws -> [Figure] {
            switch self {
            case .commands: try CommandMeasurements(tools: tools).run()
            case .events: try EventMeasurements(tools: tools).run()
            case .idle: try IdleMeasurements(tools: tools).run()
            }
        }

        func measures(_ figure: Figure) -> Bool {
            let prefixes =
                switch self {
                case .commands: ["command", "dealers", "beside"]
                case .events: ["call", "delivered", "allocations"]
                case .idle: ["idle", "firstAnswer", "binarySize", "stop"]
                }
            return prefixes.contains { figure.name.hasPrefix($0) }
        }
    }
}

extension Figure {
    fileprivate var isSlip: Bool { (distance ?? 0) > tolerance }
}
