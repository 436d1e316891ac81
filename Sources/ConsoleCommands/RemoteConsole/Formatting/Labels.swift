import AcquisitionModel

/// The keys of messages in words.
enum Labels {
    private static let known: [String: String] = [
        "animalId": "Animal",
        "appStatus": "Application status",
        "alarmId": "Alarm",
        "behavior": "Behaviour",
        "dcsSendX": "DCS send x", "dcsSendY": "DCS send y", "dcsSendZ": "DCS send z",
        "dcsX": "DCS x", "dcsY": "DCS y", "dcsZ": "DCS z",
        "detectorId": "Detector",
        "deviceId": "Device",
        "isAutoCloseGateOnIntertrialEnabled": "Gate closes between trials",
        "isIntertrialPelletShiftEnabled": "Pellet shift between trials",
        "reachStatusDay": "Reaches of the day",
        "reachStatusTotal": "Reaches in total",
        "sessionId": "Session",
        "targetYLimit": "Target y limit",
        "trialId": "Trial",
    ]

    /// What to call a key: a label of its own, else its words; `isGateOpen` is "Gate open".
    static func of(_ key: String) -> String {
        if let label = known[key] { return label }
        var words = words(of: key)
        if words.count > 1, words[0] == "is" { words.removeFirst() }
        if words.count > 1, words.last == "enabled" { words.removeLast() }
        guard let first = words.first else { return SafeText.of(key) }
        words[0] = first.prefix(1).uppercased() + first.dropFirst()
        return SafeText.of(words.joined(separator: " "))
    }

    /// The words of a key in camelCase or snake_case, in lower case but for abbreviations.
    static func words(of key: String) -> [String] {
        var words: [String] = []
        var word = ""
        for character in key {
            if character == "_" || character == "-" || character == " " {
                if !word.isEmpty { words.append(word) }
                word = ""
            } else if character.isUppercase, let last = word.last, !last.isUppercase {
                words.append(word)
                word = String(character)
            } else {
                word.append(character)
            }
        }
        if !word.isEmpty { words.append(word) }
        return words.map { $0.count > 1 && $0.allSatisfy(\.isUppercase) ? $0 : $0.lowercased() }
    }

    /// The name of a number that stands under `key`; nil where the key has no vocabulary or the number no name.
    static func name(of number: Int, under key: String) -> String? {
        switch key {
        case "applicationMode": ApiApplicationMode(rawValue: number).name()
        case "trainingMode": ApiTrainingMode(rawValue: number).name()
        case "appStatus": ApiAppStatus(rawValue: number).name()
        case "alarmId", "activeAlarms": ApiAlarmKind(rawValue: number).name()
        case "detectorId": ApiDetectorKind(rawValue: number).name()
        default: nil
        }
    }
}
