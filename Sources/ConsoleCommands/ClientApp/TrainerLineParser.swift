import AcquisitionModel

/// Understands the lines that are given to the simulated trainer.
struct TrainerLineParser: Sendable {
    /// The release whose names count.
    let dialect: Dialect
    /// Whether an event's payload must have the form that its kind says.
    var validates = true

    /// What `text` means.
    func parse(_ text: String) throws(TrainerLineError) -> TrainerLine {
        guard !text.contains("\u{FFFD}") else {
            throw TrainerLineError("the line is not UTF-8: '\(SafeText.clipped(text))'")
        }
        var rest = Rest(text)
        guard let first = rest.word(), !first.hasPrefix("#") else { return .nothing }
        let matches = TrainerWord.allCases.filter { $0.rawValue.hasPrefix(first.lowercased()) }
        let exact = matches.first { $0.rawValue == first.lowercased() }
        guard let word = exact ?? (matches.count == 1 ? matches.first : nil) else {
            throw unknown("command", first, TrainerWord.allCases.map(\.rawValue), more: "`help` lists them")
        }
        switch word {
        case .event: return .event(try event(&rest))
        case .emergency: return try emergency(&rest)
        case .property: return .property(try property(&rest))
        case .send: return try send(&rest)
        case .mode: return try mode(&rest)
        case .status: return try alone(.status, &rest)
        case .help: return .help(rest.word())
        case .wait: return .wait(try wait(&rest))
        case .quit: return try alone(.quit, &rest)
        }
    }

    // MARK: - The commands

    private func event(_ rest: inout Rest) throws(TrainerLineError) -> TrainerEvent {
        guard let name = rest.word() else { throw usage(.event) }
        let kind = try kind(name)
        let json = try rest.json() ?? .null
        if validates { try validate(json, for: kind) }
        return TrainerEvent(kind: kind, context: json)
    }

    /// The event kind of this name.
    func kind(_ name: String) throws(TrainerLineError) -> ApiEventKind {
        try find(name, "kind", more: "`help events` lists all")
    }

    private func validate(_ context: JSONValue, for kind: ApiEventKind) throws(TrainerLineError) {
        let name = kind.display(in: dialect)
        guard dialect == .current else {
            if context.isNull || context.object != nil { return }
            throw TrainerLineError("\(name) carries an object or nothing, not \(context.kindInWords)")
        }
        do {
            try EventCatalogue.validate(context: context, for: kind)
        } catch {
            throw TrainerLineError("\(name) cannot carry this: \(error); `help \(name)` shows what it carries")
        }
    }

    private func emergency(_ rest: inout Rest) throws(TrainerLineError) -> TrainerLine {
        let word = rest.word()
        let reason = rest.text
        switch word {
        case "stop": return .emergencyStop(reason.isEmpty ? "Somebody asked for it at the trainer" : reason)
        case "resume": return .emergencyResume(reason.isEmpty ? "Somebody asked for it at the trainer" : reason)
        case nil: throw usage(.emergency)
        case let word?: throw unknown("emergency", word, ["stop", "resume"])
        }
    }

    private func property(_ rest: inout Rest) throws(TrainerLineError) -> JSONObject {
        guard let json = try rest.json() else { throw usage(.property) }
        guard let object = json.object else {
            throw TrainerLineError("a property is an object, not \(json.kindInWords)")
        }
        return object
    }

    private func send(_ rest: inout Rest) throws(TrainerLineError) -> TrainerLine {
        guard let name = rest.word() else { throw usage(.send) }
        let topic: ApiTopic = try find(name, "topic")
        guard let json = try rest.json() else { throw usage(.send) }
        return .send(topic, json)
    }

    private func mode(_ rest: inout Rest) throws(TrainerLineError) -> TrainerLine {
        guard let word = rest.word() else { return .modes }
        guard word == "training" || word == "application" else {
            return try alone(.applicationMode(try find(word, "application mode")), &rest)
        }
        guard let name = rest.word() else { throw usage(.mode) }
        if word == "application" { return try alone(.applicationMode(try find(name, "application mode")), &rest) }
        return try alone(.trainingMode(try find(name, "training mode")), &rest)
    }

    private func wait(_ rest: inout Rest) throws(TrainerLineError) -> Duration {
        guard let word = rest.word() else { throw usage(.wait) }
        guard let seconds = Double(word), seconds >= 0, seconds <= 86_400 else {
            throw TrainerLineError("'\(word)' is no number of seconds between 0 and 86400")
        }
        _ = try alone(.nothing, &rest)
        return .seconds(seconds)
    }

    // MARK: - Help

    private func alone(_ line: TrainerLine, _ rest: inout Rest) throws(TrainerLineError) -> TrainerLine {
        guard rest.text.isEmpty else { throw TrainerLineError("'\(rest.text)' is too much at the end of the line") }
        return line
    }

    private func usage(_ word: TrainerWord) -> TrainerLineError {
        TrainerLineError("something is missing; it is used as `\(word.usage.form)`")
    }

    private func find<Code: OpenVocabulary>(
        _ name: String,
        _ noun: String,
        more: String? = nil
    ) throws(TrainerLineError) -> Code {
        do {
            return try Code.find(name, in: dialect)
        } catch {
            if !error.candidates.isEmpty {
                let candidates = error.candidates.prefix(8).joined(separator: ", ")
                throw TrainerLineError("'\(name)' could be several: \(candidates)")
            }
            throw unknown(noun, name, error.known, more: more)
        }
    }

    private func unknown(_ noun: String, _ text: String, _ known: [String], more: String? = nil) -> TrainerLineError {
        let near = NearNames.of(text, among: known)
        var message = "unknown \(noun) '\(text)'"
        if !near.isEmpty {
            message += "; did you mean \(near.joined(separator: ", "))?"
        } else if known.count <= 12 {
            message += "; known are \(known.joined(separator: ", "))"
        } else if let more {
            message += "; \(more)"
        }
        return TrainerLineError(message)
    }
}

/// What is left of a line.
private struct Rest {
    private var characters: Substring
    private let line: String

    init(_ line: String) {
        self.line = line
        characters = line[...]
    }

    /// The next word, taken off; nil at the end of the line.
    mutating func word() -> String? {
        characters = characters.drop(while: \.isWhitespace)
        let word = characters.prefix { !$0.isWhitespace }
        characters = characters[word.endIndex...]
        return word.isEmpty ? nil : String(word)
    }

    /// Everything that is left, without blanks around it.
    var text: String {
        let start = characters.drop(while: \.isWhitespace)
        guard let end = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(start[...end])
    }

    /// What is left as JSON; nil where nothing is left.
    func json() throws(TrainerLineError) -> JSONValue? {
        guard !text.isEmpty else { return nil }
        do {
            return try JSONReader.read(text)
        } catch {
            guard let offset = error.offset else { throw TrainerLineError("the JSON is wrong: \(error)") }
            let start = characters.drop(while: \.isWhitespace).startIndex
            let column = line.utf8.distance(from: line.startIndex, to: start) + offset + 1
            throw TrainerLineError("the JSON is wrong at column \(column): \(error.message)")
        }
    }
}
