import AcquisitionModel

/// What the trainer says about itself when it is asked at its own prompt.
enum TrainerSummary {
    /// The modes on one line.
    static func modes(_ trainer: Trainer) -> String {
        var text =
            trainer.dialect == .current
            ? "application \(trainer.status.applicationMode)"
            : "application \(trainer.legacyStatus.appStatus)"
        text += ", training \(trainer.status.trainingMode)"
        if trainer.isEmergencyStopped { text += ", emergency stop" }
        return text
    }

    /// The modes as an object.
    static func modesJSON(_ trainer: Trainer) -> JSONObject {
        let application =
            trainer.dialect == .current
            ? trainer.status.applicationMode.rawValue : trainer.legacyStatus.appStatus.rawValue
        return [
            "applicationMode": JSONValue(application),
            "trainingMode": JSONValue(trainer.status.trainingMode.rawValue),
            "emergencyStop": .bool(trainer.isEmergencyStopped),
        ]
    }

    /// The status on a few lines.
    static func status(_ trainer: Trainer) -> String {
        let status = trainer.status
        guard trainer.dialect == .current else {
            return "modes     \(modes(trainer))\nanimal    \(trainer.legacyStatus.animalId)"
        }
        let reaches = status.behavior.reaches
        let alarms = status.alarms.filter(\.isActive).map(\.alarmId.description)
        let detectors = status.detectors.filter(\.isActive).map(\.detectorId.description)
        return """
            modes     \(modes(trainer))
            animal    \(status.animal.map { "\($0.name) (\($0.identifier))" } ?? "none")
            session   \(status.project.sessionId.isEmpty ? "none" : status.project.sessionId), \
            trial \(status.project.trialId)
            pellets   \(reaches.pelletsPresented) presented, \(reaches.pelletsConsumed) eaten
            reaches   \(reaches.reaches), \(reaches.successfulReaches) successful
            tunnel    gate \(status.tunnelDevice.isGateOpen ? "open" : "closed"), \
            fan \(status.tunnelDevice.isFanOn ? "on" : "off")
            alarms    \(alarms.isEmpty ? "none" : alarms.joined(separator: ", "))
            detectors \(detectors.isEmpty ? "none" : detectors.joined(separator: ", "))
            """
    }

    /// The status as GET_STATUS reports it.
    static func statusJSON(_ trainer: Trainer) -> JSONObject {
        let json = trainer.dialect == .current ? try? trainer.status.json() : try? trainer.legacyStatus.json()
        return ["status": json ?? .null, "emergencyStop": .bool(trainer.isEmergencyStopped)]
    }

    /// What can be typed, all event kinds, or what one of them carries.
    static func help(_ word: String?, dialect: Dialect) throws(TrainerLineError) -> String {
        guard let word else {
            let width = TrainerWord.allCases.map(\.usage.form.count).max() ?? 0
            return TrainerWord.allCases.map { word in
                let (form, meaning) = word.usage
                return form + String(repeating: " ", count: width - form.count + 3) + meaning
            }.joined(separator: "\n")
        }
        if word == "events" || word == "kinds" {
            return ApiEventKind.entries(in: dialect).map { "\($0.code.rawValue)\t\($0.name)" }.joined(separator: "\n")
        }
        if let command = TrainerWord(rawValue: word) { return "\(command.usage.form): \(command.usage.meaning)" }
        let kind = try TrainerLineParser(dialect: dialect).kind(word)
        let name = kind.display(in: dialect)
        guard dialect == .current else { return "\(name) (\(kind.rawValue)) carries any object, or nothing" }
        guard let payload = kind.payloadName else {
            let isKnown = EventCatalogue.payloads[kind] != nil
            return "\(name) (\(kind.rawValue)) carries \(isKnown ? "nothing" : "anything")"
        }
        let example = TrainerExamples.context(of: kind).map { ", such as\n\(name) \($0)" } ?? ""
        return "\(name) (\(kind.rawValue)) carries a \(payload)\(example)"
    }
}
