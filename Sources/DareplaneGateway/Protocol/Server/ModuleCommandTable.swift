import AcquisitionModel
import GatewayCore

/// The commands of a module with what carries them out, in the order in which they were given.
struct ModuleCommandTable: Sendable {
    typealias Handler = @Sendable (ModuleCall) async throws -> Void

    struct Entry: Sendable {
        var keywords: [String]?
        var handler: Handler
    }

    private var entries: [String: Entry] = [:]
    private var names: [String] = []

    subscript(_ name: String) -> Entry? { entries[name] }

    /// Adds a command, or replaces it.
    ///
    /// - Throws: `GatewayError` of the code `badValue` for a name that no control room could give.
    mutating func set(_ name: String, _ entry: Entry) throws(GatewayError) {
        try Self.check(name)
        if entries.updateValue(entry, forKey: name) == nil { names.append(name) }
    }

    static func check(_ name: String) throws(GatewayError) {
        do throws(GatewayError) {
            try DareplaneText.checkName(name, "command")
        } catch {
            throw GatewayError(.badValue, error.message)
        }
        guard name != "UP", !name.utf8.contains("GET_PCOMMS".utf8) else {
            throw GatewayError(
                .badValue,
                "'\(name)' is what every module answers itself: it can stand for nothing else"
            )
        }
    }

    /// The answer to GET_PCOMMS (D7).
    var list: String {
        (names.filter { !ModuleCommand.builtIn.contains($0) } + ModuleCommand.builtIn).joined(separator: "|")
    }

    /// What carries a command out.
    ///
    /// - Throws: `GatewayError`: nobody knows the command, or it has a keyword that it does not know.
    func entry(for command: PCOMM) throws(GatewayError) -> Entry {
        guard let entry = entries[command.name] else {
            throw GatewayError(.notMapped, "The command is not known\(Self.hint(command.name, names))")
        }
        guard let keywords = entry.keywords else { return entry }
        for member in command.payload?.members ?? [] where !keywords.contains(member.key) {
            throw GatewayError(
                .badValue,
                "The keyword '\(member.key.shortened)' is not known\(Self.hint(member.key, keywords))"
            )
        }
        return entry
    }

    private static func hint(_ name: String, _ known: [String]) -> String {
        let near = NearNames.of(name.shortened, among: known)
        return near.isEmpty ? "" : "; did you mean \(near.joined(separator: ", "))?"
    }
}
