import AcquisitionModel
import AcquisitionRPC
import Foundation

/// The live view, drawn.
enum WatchScreen {
    /// The lines of the screen: at most `rows`, none wider than `columns`.
    static func lines(_ state: WatchState, now: Date, columns: Int, rows: Int, style: TextStyle) -> [String] {
        var lines = top(state, now: now, style: style)
        lines += rates(state, now: now, style: style)
        lines += commands(state, style: style)
        lines += ["", style.heading("Last events")]
        let room = max(0, rows - lines.count)
        if state.events.isEmpty, room > 0 { lines.append(style.dim("  (none yet)")) }
        lines += state.events.suffix(room).map { event in
            "  " + EventLine.text(event, after: nil, dialect: state.dialect, style: style)
        }
        return lines.prefix(rows).map { AnsiText.clipped($0, to: columns) }
    }

    private static func top(_ state: WatchState, now: Date, style: TextStyle) -> [String] {
        let liveness =
            switch state.liveness {
            case .online: style.good("online")
            case .stale: style.warning("stale")
            case .connected: style.warning("connected, no heartbeat yet")
            case .offline: style.bad("offline")
            }
        let name = state.heartbeat.map { SafeText.of(HeartbeatView.text($0)) } ?? "no heartbeat yet"
        let since = state.heartbeat == nil ? "none yet" : "none since this view began"
        let age = state.heartbeatDate.map { String(format: "%.1f s ago", max(0, now.timeIntervalSince($0))) } ?? since
        var lines = [
            "\(style.heading(name))  \(liveness)  \(style.dim(WallClock.timeOfDay(now).prefix(8).description))",
            "\(style.label("Heartbeat"))  \(age)",
            "\(style.label("Commands"))   \(state.commandEndpoint) "
                + (state.isConnected ? "connected" : style.bad(state.problem.map(SafeText.of) ?? "no connection")),
            "\(style.label("Events"))     \(state.subscriberEndpoint)"
                + (state.dropped > 0 ? "  \(style.warning("\(state.dropped) dropped"))" : ""),
        ]
        if let silence = state.silence {
            lines += ["", style.warning(SafeText.of(silence.message)), style.dim(SafeText.of(silence.hint))]
        }
        if let modes = state.modes.object, !modes.isEmpty {
            let text = modes.members.map { "\(Labels.of($0.key)) \(DataView.text($0.value, key: $0.key))" }
            lines.append("\(style.label("Modes"))      \(text.joined(separator: ", "))")
        }
        return lines
    }

    private static func rates(_ state: WatchState, now: Date, style: TextStyle) -> [String] {
        if state.rates.isEmpty { return [] }
        let rows = state.rates.sorted { $0.key.rawValue < $1.key.rawValue }.map { topic, rate in
            [topic.display(in: state.dialect), String(format: "%.1f", rate.perSecond(now: now)), "\(rate.total)"]
        }
        return [""] + Table(header: ["Topic", "a second", "in all"], rows: rows).lines(style: style)
    }

    private static func commands(_ state: WatchState, style: TextStyle) -> [String] {
        var lines: [String] = []
        if !state.pending.isEmpty {
            lines += ["", style.heading("Pending commands")]
            lines += state.pending.map { entry in
                "  \(entry.name)  nonce=\(SafeText.of(entry.nonce))  for \(String(format: "%.0f s", entry.age))"
            }
        }
        if !state.results.isEmpty {
            lines += ["", style.heading("Last results")]
            lines += state.results.map { result in
                "  \(style.dim(WallClock.timeOfDay(result.date)))  "
                    + EventLine.content(result.message, dialect: state.dialect, style: style)
            }
        }
        return lines
    }

    /// The state for programs: one object.
    static func json(_ state: WatchState, now: Date) -> String {
        var line = JSONLine()
        line["time"] = .string(WallClock.timestamp(now))
        line["liveness"] = .string("\(state.liveness)")
        line["isConnected"] = .bool(state.isConnected)
        line["identifier"] = state.heartbeat.map { .string($0.identifier) }
        line["version"] = state.heartbeat.map { .string($0.version) }
        line["heartbeatAge"] = state.heartbeatDate.map { .number(now.timeIntervalSince($0)) }
        line["modes"] = state.modes
        let rates = state.rates.sorted { $0.key.rawValue < $1.key.rawValue }.map { topic, rate in
            let members: [(String, JSONValue)] = [
                ("perSecond", .number(rate.perSecond(now: now))), ("total", JSONValue(rate.total)),
            ]
            return (topic.display(in: state.dialect), JSONValue.object(members))
        }
        line["topics"] = .object(rates)
        line["silence"] = state.silence.map { .string($0.message) }
        line["dropped"] = JSONValue(state.dropped)
        line["pending"] = .array(
            state.pending.map {
                .object([("command", .string($0.name)), ("nonce", $0.nonce), ("age", .number($0.age))])
            }
        )
        return line.description
    }
}

/// Text with escapes for colour.
enum AnsiText {
    /// The beginning that fits into `width` columns; escapes take none, and colour does not run on behind the cut.
    static func clipped(_ text: String, to width: Int) -> String {
        guard text.contains("\u{1B}") else { return TextWidth.clipped(text, to: width) }
        if TextWidth.of(stripped(text)) <= width { return text }
        var result = ""
        var room = width - 1
        var isEscape = false
        for character in text {
            if character == "\u{1B}" { isEscape = true }
            if isEscape {
                result.append(character)
                if character.isLetter { isEscape = false }
                continue
            }
            let columns = TextWidth.of(String(character))
            if columns > room { break }
            room -= columns
            result.append(character)
        }
        return width > 0 ? result + "\u{1B}[0m…" : ""
    }

    /// The text without its escapes.
    static func stripped(_ text: String) -> String {
        var result = ""
        var isEscape = false
        for character in text {
            if character == "\u{1B}" {
                isEscape = true
            } else if isEscape {
                if character.isLetter { isEscape = false }
            } else {
                result.append(character)
            }
        }
        return result
    }
}
