import AcquisitionModel
import GatewayCore

/// Decides what becomes of a callback (`protocol/dareplane.md`, D26 to D30).
struct CallbackRouter: Sendable {
    /// The modules that there are.
    let modules: [ModuleConfiguration]

    /// The callbacks that were written as one: nothing separates them, so one whose payload does not show its own end
    /// may have another one behind it, which begins with the name of a module.
    func separated(_ callback: Callback) -> [Callback] {
        var callbacks: [Callback] = []
        var last = callback
        while !last.payload.hasPrefix("{"), let (end, next) = boundary(in: last.payload) {
            last.payload = String(last.payload[..<end])
            callbacks.append(last)
            last = next
        }
        return callbacks + [last]
    }

    /// Where in a payload the first callback begins, and what it is.
    private func boundary(in payload: String) -> (String.Index, Callback)? {
        let text = payload.utf8
        var rest = text[...]
        while let bar = rest.firstIndex(of: UInt8(ascii: "|")) {
            rest = text[text.index(after: bar)...]
            let named = modules.map(\.name).filter { name in
                text[..<bar].suffix(name.utf8.count).elementsEqual(name.utf8)
            }
            guard let name = named.max(by: { $0.utf8.count < $1.utf8.count }),
                let end = rest.firstIndex(of: UInt8(ascii: "|"))
            else { continue }
            let command = String(Substring(rest[..<end]))
            // A payload is text: what has blanks is more likely to be a part of it than a command.
            guard ModuleMessage.isCommand(command), !command.contains(" ") else { continue }
            let behind = String(Substring(text[text.index(after: end)...]))
            let start = text.index(bar, offsetBy: -name.utf8.count)
            return (start, Callback(module: name, name: command, payload: behind))
        }
        return nil
    }

    /// The message for the module that the callback names.
    ///
    /// A payload that every module server takes goes on as it is. One that holds what would cut the command in two, or
    /// is not ASCII, or is a Python literal instead of JSON, is written anew as JSON that says the same.
    ///
    /// - Parameters:
    ///   - callback: what a module wrote.
    ///   - commands: the commands of a module; nil where it cannot be reached.
    /// - Throws: `GatewayError` with the reason for which nothing is sent.
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
