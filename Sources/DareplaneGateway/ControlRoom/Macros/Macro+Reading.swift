import AcquisitionModel
import GatewayCore

extension Macro {
    /// Reads one table; nil where it has no commands that could be read. What is wrong is noted
    /// (`protocol/dareplane.md`, D37).
    init?(reading reader: TableReader, key: String, modules: [ModuleConfiguration]) {
        let name = reader.string("name")
        let description = reader.string("description")
        let delay = reader.duration("delay_s")
        let isWhole = reader.boolean("all_or_nothing") ?? false
        let defaults = Self.defaults(reader)
        guard reader.table["cmds"] != nil else {
            reader.noteMissing("cmds", #"the commands, such as first = ["module", "PCOMM", "kwarg=parameter"]"#)
            return nil
        }
        let steps = reader.table("cmds") { commands in
            commands.entries().compactMap { Self.step(commands, $0.key, modules) }
        }
        guard let steps else { return nil }
        self.init(
            key: key,
            name: name,
            description: description ?? "",
            delay: delay ?? .zero,
            isWhole: isWhole,
            defaults: defaults,
            steps: steps
        )
        noteProblems(reader)
    }

    /// A table, or text: JSON or a Python literal, as people type it in the real control room.
    private static func defaults(_ reader: TableReader) -> JSONObject {
        switch reader.table["default_json"]?.value {
        case nil: return [:]
        case .string(let text)?:
            _ = reader.string("default_json")
            if text.allSatisfy(\.isWhitespace) { return [:] }
            do throws(WireError) {
                if let object = try DareplaneText.value(text, limits: .standard).object { return object }
                reader.note("default_json", "must hold an object: {\"parameter\": value, …}")
            } catch {
                reader.note("default_json", "is neither JSON nor a Python literal, \(error)")
            }
            return [:]
        case _?:
            return reader.table("default_json") { $0.entries().reduce(into: [:]) { $0.set($1.key, to: $1.value.json) } }
                ?? [:]
        }
    }

    /// `["module", "PCOMM", "kwarg=parameter", …]`
    private static func step(_ reader: TableReader, _ key: String, _ modules: [ModuleConfiguration]) -> Step? {
        guard let words = reader.strings(key) else { return nil }
        guard words.count >= 2, !words[1].isEmpty else {
            reader.note(key, #"must be ["module", "PCOMM", "kwarg=parameter", …]"#)
            return nil
        }
        if !modules.contains(where: { $0.name == words[0] }) {
            let hint = NearNames.hint(words[0], among: modules.map(\.name))
            // Published files have such commands; the rest of the macro is none the worse.
            reader.remark(key, "cannot be given: '\(words[0])' is no module\(hint)")
        }
        if !ModuleMessage.isCommand(words[1]) {
            reader.note(key, "'\(words[1])' is no command: it must be printable ASCII without | and ;")
        }
        var keywords: [Step.Keyword] = []
        for word in words.dropFirst(2) {
            let parts = word.split(separator: "=", omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
                reader.note(key, "'\(word)' must be kwarg=parameter")
                continue
            }
            if keywords.contains(where: { $0.name == parts[0] }) { reader.note(key, "gives '\(parts[0])' twice") }
            keywords.append(Step.Keyword(String(parts[0]), from: String(parts[1])))
        }
        return Step(module: words[0], command: words[1], keywords: keywords)
    }

    /// Parameters that name each other, or name what there never is.
    private func noteProblems(_ reader: TableReader) {
        let mapped = Set(steps.flatMap { $0.keywords.map(\.parameter) })
        var values = defaults
        // What has no default may be given later.
        for name in mapped where values.value(ofExactly: name) == nil { values.set(name, to: "") }
        do throws(GatewayError) {
            _ = try MacroTemplate.fill(values)
        } catch {
            reader.note("default_json", "cannot be filled in: \(error.message)")
        }
    }
}

extension ModuleMessage {
    /// Whether a text can be a command: printable ASCII without the characters that separate; blanks only within, as in
    /// `DECODE ONLINE`.
    static func isCommand(_ text: String) -> Bool { (try? DareplaneText.checkName(text, "command")) != nil }
}
