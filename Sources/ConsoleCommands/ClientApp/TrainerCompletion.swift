import AcquisitionModel

/// What the next word of a line may be.
struct TrainerCompletion: Sendable {
    /// The release whose names count.
    let dialect: Dialect

    /// All words that may follow `before`, the part of the line before the word.
    func words(after before: String) -> [String] {
        let words = before.split(whereSeparator: \.isWhitespace).map(String.init)
        switch (words.first, words.count) {
        case (nil, _): return TrainerWord.allCases.map(\.rawValue)
        case ("event", 1): return names(of: ApiEventKind.self)
        case ("help", 1): return ["events"] + TrainerWord.allCases.map(\.rawValue) + names(of: ApiEventKind.self)
        case ("emergency", 1): return ["stop", "resume"]
        case ("send", 1): return names(of: ApiTopic.self)
        case ("mode", 1): return ["training", "application"] + names(of: ApiApplicationMode.self)
        case ("mode", 2) where words[1] == "training": return names(of: ApiTrainingMode.self)
        case ("mode", 2) where words[1] == "application": return names(of: ApiApplicationMode.self)
        case ("event", 2): return example(for: words[1])
        default: return []
        }
    }

    private func names<Code: OpenVocabulary>(of type: Code.Type) -> [String] {
        Code.entries(in: dialect).map(\.name)
    }

    /// What the kind carries, to be changed.
    private func example(for name: String) -> [String] {
        guard dialect == .current, let kind = try? ApiEventKind.find(name, in: dialect) else { return [] }
        return TrainerExamples.context(of: kind).map { [$0.description] } ?? []
    }
}
