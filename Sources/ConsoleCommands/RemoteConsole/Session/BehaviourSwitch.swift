import AcquisitionModel

/// One of the settings that commands 1000 to 1090 switch on and off.
struct BehaviourSwitch: Sendable, Hashable {
    /// In kebab-case: `live-analysis`.
    let name: String
    let command: ApiCommand

    /// All of them, named after their commands: `setLiveAnalysisEnabled` is `live-analysis`.
    static let all: [BehaviourSwitch] = ApiCommand.published(in: .current).compactMap { entry in
        guard (1000...1090).contains(entry.code.rawValue) else { return nil }
        let words = Labels.words(of: entry.name).dropFirst().dropLast()
        return BehaviourSwitch(name: words.joined(separator: "-"), command: entry.code)
    }

    /// The one that `text` is, or is the beginning of.
    ///
    /// - Throws: ``CommandFailure`` with the candidates.
    static func find(_ text: String) throws(CommandFailure) -> BehaviourSwitch {
        let wanted = text.lowercased().filter { $0 != "-" && $0 != "_" }
        let folded = { (name: String) in name.filter { $0 != "-" } }
        if let exact = all.first(where: { folded($0.name) == wanted }) { return exact }
        let matches = wanted.isEmpty ? [] : all.filter { folded($0.name).hasPrefix(wanted) }
        if let match = matches.first, matches.count == 1 { return match }
        let list = { (names: [String]) in names.joined(separator: ", ") }
        guard matches.isEmpty else {
            throw CommandFailure(.usage, "'\(text)' could be several settings: \(list(matches.map(\.name)))")
        }
        let near = NearNames.of(text, among: all.map(\.name))
        let hint = near.isEmpty ? "Known are: \(list(all.map(\.name)))" : "Did you mean: \(list(near))"
        throw CommandFailure(.usage, "'\(text)' is no setting. \(hint)")
    }
}
