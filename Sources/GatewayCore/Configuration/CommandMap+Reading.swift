extension CommandMap {
    /// Adds what a table of the configuration maps: `NAME = "getStatus"`, or
    /// `NAME = { command = "…" | custom = …, data = { … }, answer = "final" | "accepted", timeout = 5, result_timeout = 60 }`,
    /// or `NAME = false` for a command that is to be refused.
    public mutating func add(reading reader: TableReader) {
        for entry in reader.entries() {
            switch entry.value {
            case .string(let name):
                do {
                    self[entry.key] = MappedCommand(try MappedCommand.Target(named: name))
                } catch {
                    reader.note(entry.key, "\(error)")
                }
            case .boolean(false):
                self[entry.key] = nil
            case .table:
                if let command = reader.table(entry.key, MappedCommand.init(reading:)) ?? nil {
                    self[entry.key] = command
                }
            default:
                reader.note(
                    entry.key,
                    "must be the name of a command, a table with the key \"command\" or \"custom\", or false"
                )
            }
        }
    }
}

extension MappedCommand {
    /// Reads one table; nil where something is wrong with it, which the reader notes.
    public init?(reading reader: TableReader) {
        let command = reader.parsed("command", Target.init(named:))
        let custom = reader.json("custom")
        data = reader.json("data")
        answer = reader.choice("answer") ?? .final
        timeout = reader.duration("timeout")
        resultTimeout = reader.duration("result_timeout")
        let hasCommand = reader.table["command"] != nil
        switch (command, custom) {
        case (let command?, nil): target = command
        case (nil, let custom?) where !hasCommand: target = .custom(custom)
        default:
            if hasCommand == (custom != nil) { reader.note(nil, "needs one of the keys \"command\" and \"custom\"") }
            return nil
        }
    }
}

extension MappedCommand.Target {
    /// The target that a configuration names: `startAcquisition`, `stopAcquisition`, or a command of the protocol by its
    /// name or number, as `ApiCommand.find` understands it.
    ///
    /// - Throws: `VocabularyError` with names that are like it.
    public init(named name: String) throws(VocabularyError) {
        let command: ApiCommand = try .find(name)
        self =
            switch command {
            case .startAcquisition: .startAcquisition
            case .stopAcquisition: .stopAcquisition
            default: .command(command)
            }
    }
}

extension EventRule {
    /// Reads one table: `event = "trialStarted"`, `where = { … }`, `to = "module"`, `send = "NAME"`, `data = { … }`; nil
    /// where something is wrong with it, which the reader notes.
    public init?(reading reader: TableReader) {
        let kind = reader.parsed("event") { text throws(VocabularyError) in
            do throws(VocabularyError) { return try ApiEventKind.find(text) } catch {
                guard let legacy = try? ApiEventKind.find(text, in: .legacy) else { throw error }
                return legacy
            }
        }
        let condition = reader.json("where")
        let target = reader.string("to") ?? ""
        let name = reader.string("send")
        let data = reader.json("data") ?? .object(JSONObject())
        if reader.table["event"] == nil { reader.noteMissing("event", "the kind of the event") }
        if reader.table["send"] == nil { reader.noteMissing("send", "what the message is called") }
        if let condition, condition.object == nil { reader.note("where", "must be a table") }
        guard let kind, let name, condition == nil || condition?.object != nil else { return nil }
        self.init(kind, where: condition?.object ?? [:], target: target, name: name, data: data)
    }
}
