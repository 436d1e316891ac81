import AcquisitionModel

/// Modes as people read them.
enum ModeView {
    /// The mode in force that a reply reports; the result where it reports none.
    static func line<Mode: OpenVocabulary>(
        _ label: String,
        _ type: Mode.Type,
        _ reply: ApiCommandReply,
        _ data: JSONValue,
        style: TextStyle
    ) -> String where Mode.RawValue == Int {
        guard let number = data["mode"]?.int else { return "\(style.label(label)): \(reply.result)" }
        return "\(style.label(label)): \(named(Mode(rawValue: number)))"
    }

    /// Name and number.
    static func named<Mode: OpenVocabulary>(_ mode: Mode) -> String where Mode.RawValue == Int {
        mode.name().map { "\($0) (\(mode.rawValue))" } ?? "\(mode.rawValue)"
    }

    /// The two modes of a status of either release.
    static func lines(ofStatus status: JSONValue, style: TextStyle) -> [String] {
        let keys = ["applicationMode", "appStatus", "trainingMode"]
        let found = keys.compactMap { key in status[key].map { (key, $0) } }
        if found.isEmpty { return ["The status names no modes"] }
        return DataView.lines(.object(found), style: style)
    }
}
