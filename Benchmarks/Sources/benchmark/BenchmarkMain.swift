import Foundation

/// Measures this package beside bare libzmq and the Python package, in one run.
///
///     benchmark [--quick] [--json] [--guard] [--only commands|events|idle]
@main
enum BenchmarkMain {
    static func main() {
        let arguments = Set(CommandLine.arguments.dropFirst())
        let tools = Tools(isQuick: arguments.contains("--quick") || arguments.contains("--guard"))
        do {
            var figures: [Figure] = []
            let isOnly = arguments.contains("--only")
            if !isOnly || arguments.contains("commands") { figures += try CommandMeasurements(tools: tools).run() }
            if !isOnly || arguments.contains("events") { figures += try EventMeasurements(tools: tools).run() }
            if !isOnly || arguments.contains("idle") { figures += try IdleMeasurements(tools: tools).run() }
            if arguments.contains("--json") {
                let pairs = figures.map { ($0.name, $0.json) }
                let object = Dictionary(pairs) { first, _ in first }
                let data = try JSONSerialization.data(withJSONObject: object, options: [.sortedKeys, .prettyPrinted])
                print(String(decoding: data, as: UTF8.self))
            } else {
                print(Figure.table(figures))
            }
            guard arguments.contains("--guard") else { return }
            // A slip is seen, noise is not.
            let slips = figures.filter { ($0.distance ?? 0) > 2 }
            for slip in slips {
                FileHandle.standardError.write(Data("benchmark: more than twice off its target: \(slip.what)\n".utf8))
            }
            if !slips.isEmpty { exit(1) }
        } catch {
            FileHandle.standardError.write(Data("benchmark: \(error)\n".utf8))
            exit(1)
        }
    }
}
