import AcquisitionModel
import GatewayCore

/// Decides what becomes of a callback (`protocol/dareplane.md`, D26 to D30).
struct CallbackRouter: Sendable {
    /// The modules that there are.
    let modules: [ModuleConfiguration]

    /// The callbacks that were written as one: nothing separates them, so one whose payload does not show its own end may
    /// have another one behind it, which begins with the name of a module.
    func separated(_ callback: Callback) -> [Callback] {
        guard callback.payload.first != "{", callback.payload.contains("|") else { return [callback] }
        let starts = callback.payload.indices.compactMap { start -> (start: String.Index, next: Callback)? in
            let parts = callback.payload[start...].split(separator: "|", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3, modules.contains(where: { $0.name == parts[0] }),
                ModuleMessage.isCommand(String(parts[1]))
            else { return nil }
            let next = Callback(module: String(parts[0]), name: String(parts[1]), payload: String(parts[2]))
            return (start, next)
        }
        guard let (start, next) = starts.first else { return [callback] }
        var first = callback
        first.payload = String(callback.payload[..<start])
        return [first] + separated(next)
    }

    /// The message for the module that the callback names.
    ///
    /// A payload that every module server takes goes on as it is. One that holds what would cut the command in two, or is
    /// not ASCII, or is a Python literal instead of JSON, is written anew as JSON that says the same.
    ///
    /// - Parameters:
    ///   - callback: what a module wrote.
    ///   - commands: the commands of a module; nil where it cannot be reached.
    /// - Throws: ``GatewayError`` with the reason for which nothing is sent.
    func message(
        for callback: Callback,
        commands: (String) -> [String]?
    ) throws(GatewayError) -> ModuleMessage {
        guard let module = modules.first(where: { $0.name == callback.module }) else {
            let hint = NearNames.hint(callback.module, among: modules.map(\.name))
            throw GatewayError(.badValue, "There is no module '\(callback.module.shortened)'\(hint)")
        }
        guard let known = commands(module.name) else {
            throw GatewayError(.notConnected, "The module '\(module.name)' is not connected")
        }
        guard known.contains(callback.name) else {
            let hint = NearNames.hint(callback.name, among: known)
            throw GatewayError(.badValue, "'\(module.name)' has no command '\(callback.name.shortened)'\(hint)")
        }
        return try ModuleMessage(to: module, callback.name, text: callback.payload)
    }
}

extension NearNames {
    /// "; did you mean …?", or what there is.
    static func hint(_ text: String, among known: [String]) -> String {
        if let near = of(text, among: known).first { return "; did you mean \(near)?" }
        return known.isEmpty ? "" : "; known are \(known.joined(separator: ", "))"
    }
}
