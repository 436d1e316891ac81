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
        let names = (matches.isEmpty ? all : matches).map(\.name).joined(separator: ", ")
        let reason = matches.isEmpty ? "is no setting. Known are" : "could be several settings"
        throw CommandFailure(.usage, "'\(text)' \(reason): \(names)")
    }
}
