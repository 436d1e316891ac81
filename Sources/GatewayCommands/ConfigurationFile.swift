import ConsoleCommands
import GatewayCore
import GatewayTOML

/// A configuration file in TOML.
enum ConfigurationFile {
    /// What `body` reads from the file.
    ///
    /// - Throws: ``GatewayFailure`` with every mistake, each with the file's name and its line.
    static func read<Value>(_ path: String, _ body: (TableReader) -> Value) throws(GatewayFailure) -> Value {
        let table = try table(path)
        do {
            return try TableReader.read(table, body)
        } catch {
            throw failure(path, error)
        }
    }

    /// The file's table.
    static func table(_ path: String) throws(GatewayFailure) -> ConfigurationTable {
        let text: String
        do {
            text = try TextFile.read(path)
        } catch {
            throw GatewayFailure(.usage, ["The configuration file '\(path)' cannot be read: \(error)"])
        }
        do {
            return try TOMLDocument.table(of: text)
        } catch {
            throw failure(path, error)
        }
    }

    /// `file:line: way.to.key: what is wrong`, as editors and compilers write it.
    static func failure(_ path: String, _ errors: ConfigurationErrors) -> GatewayFailure {
        GatewayFailure(.usage, errors.problems.map { line($0, of: path) })
    }

    /// `file:line: way.to.key: what is to be said of it`.
    static func line(_ problem: ConfigurationProblem, of path: String) -> String {
        let place = problem.line.map { "\(path):\($0)" } ?? path
        return [place, problem.path, problem.message].filter { !$0.isEmpty }.joined(separator: ": ")
    }
}

/// Why `rpc-gateway` ends otherwise than with status 0.
struct GatewayFailure: Error, Sendable, Hashable {
    var status: ExitStatus
    /// Sentences for people, one a line.
    var lines: [String]

    init(_ status: ExitStatus, _ lines: [String]) {
        self.status = status
        self.lines = lines
    }
}
