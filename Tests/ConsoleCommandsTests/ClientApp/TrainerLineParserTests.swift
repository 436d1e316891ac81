import AcquisitionModel
import Testing

@testable import ConsoleCommands

struct TrainerLineParserTests {
    static let lines: [(String, TrainerLine)] = [
        ("", .nothing),
        ("   ", .nothing),
        ("# a remark", .nothing),
        ("event tunnelEnter", .event(TrainerEvent(kind: .tunnelEnter))),
        ("event 1101", .event(TrainerEvent(kind: .tunnelEnter))),
        ("event TUNNEL_ENTER", .event(TrainerEvent(kind: .tunnelEnter))),
        ("ev tunnelEn", .event(TrainerEvent(kind: .tunnelEnter))),
        (
            #"  event trialCaptureEnded  {"sessionId": "a b", "trialId": 3}  "#,
            .event(TrainerEvent(kind: .trialCaptureEnded, context: ["sessionId": "a b", "trialId": 3]))
        ),
        ("event 90001 [1]", .event(TrainerEvent(kind: ApiEventKind(rawValue: 90_001), context: [1]))),
        ("emergency stop", .emergencyStop("Somebody asked for it at the trainer")),
        ("emergency stop the  door is open ", .emergencyStop("the  door is open")),
        ("emergency resume", .emergencyResume("Somebody asked for it at the trainer")),
        (#"property {"a": 1}"#, .property(["a": 1])),
        ("send heartbeat 1", .send(.heartbeat, 1)),
        ("send 4294967295 {}", .send(ApiTopic(rawValue: .max), [:])),
        ("mode", .modes),
        ("mode running", .applicationMode(.running)),
        ("mode application inDevice", .applicationMode(.inDevice)),
        ("mode training manual", .trainingMode(.manual)),
        ("mode training 300", .trainingMode(.automatic)),
        ("status", .status),
        ("help", .help(nil)),
        ("help trialStarted", .help("trialStarted")),
        ("wait 0.5", .wait(.milliseconds(500))),
        ("quit", .quit),
        ("QUIT", .quit),
    ]

    @Test(arguments: lines)
    func whatIsUnderstood(text: String, line: TrainerLine) throws {
        #expect(try TrainerLineParser(dialect: .current).parse(text) == line)
    }

    static let mistakes: [(String, String)] = [
        ("evnt tunnelEnter", "unknown command 'evnt'; did you mean event?"),
        ("frobnicate", "known are event, emergency"), ("emergency stop gr\u{FFFD}\u{FFFD}e", "is not UTF-8"),
        ("event", "it is used as `event KIND [JSON]`"),
        ("event tunelEnter", "unknown kind 'tunelEnter'; did you mean tunnelEnter?"),
        ("event qqqq", "unknown kind 'qqqq'; `help events` lists all"),
        ("event tunnelE", "'tunnelE' could be several: tunnelEnter, tunnelExit"),
        (#"event trialStarted {"sessionId" 1}"#, "the JSON is wrong at column 33"),
        ("event tunnelEnter {\"é\": tru}", "the JSON is wrong at column 26"),
        (#"event trialStarted {"sessionId": "s"}"#, "trialStarted cannot carry this: The key is missing in 'trialId'"),
        ("event trialStarted", "trialStarted cannot carry this: Expected an object, found null"),
        ("event tunnelEnter {}", "tunnelEnter cannot carry this"),
        ("emergency", "it is used as `emergency stop|resume [REASON]`"),
        ("emergency stpo", "unknown emergency 'stpo'"),
        ("property", "it is used as `property JSON`"),
        ("property [1]", "a property is an object, not a list"),
        ("send event", "it is used as `send TOPIC JSON`"),
        ("send evnt {}", "unknown topic 'evnt'; did you mean event?"),
        ("mode runing", "unknown application mode 'runing'; did you mean running?"),
        ("mode training", "it is used as `mode"),
        ("mode training x", "unknown training mode 'x'; known are"),
        ("mode running fast", "'fast' is too much"),
        ("status now", "'now' is too much"),
        ("wait", "it is used as `wait SECONDS`"),
        ("wait long", "'long' is no number of seconds"),
        ("wait -1", "'-1' is no number of seconds"),
        ("wait nan", "'nan' is no number of seconds"),
    ]

    @Test(arguments: mistakes)
    func whatIsWrongIsSaid(text: String, message: String) {
        let error = #expect(throws: TrainerLineError.self) { try TrainerLineParser(dialect: .current).parse(text) }
        #expect(error?.description.contains(message) == true, "\(String(describing: error))")
    }

    @Test func validationCanBeSwitchedOff() throws {
        let parser = TrainerLineParser(dialect: .current, validates: false)
        #expect(try parser.parse("event tunnelEnter 5") == .event(TrainerEvent(kind: .tunnelEnter, context: 5)))
    }

    @Test func theOldReleaseHasItsOwnKinds() throws {
        let parser = TrainerLineParser(dialect: .legacy)
        let event = TrainerEvent(kind: ApiEventKind.Legacy.acquisitionStarted, context: ["free": true])
        #expect(try parser.parse(#"event acquisitionStarted {"free": true}"#) == .event(event))
        #expect(throws: TrainerLineError.self) { try parser.parse("event trialStarted") }
        #expect(throws: TrainerLineError.self) { try parser.parse("event tunnelEnter 3") }
    }
}

struct TrainerHelpTests {
    @Test(arguments: EventCatalogue.payloads.keys.sorted { $0.rawValue < $1.rawValue })
    func examplesCanBeTyped(kind: ApiEventKind) throws {
        let name = kind.display(in: .current)
        let text = try TrainerSummary.help(name, dialect: .current)
        #expect(text.hasPrefix("\(name) (\(kind.rawValue)) carries "))
        guard let context = TrainerExamples.context(of: kind), kind.payloadName != nil else { return }
        let line = try TrainerLineParser(dialect: .current).parse("event \(name) \(context)")
        #expect(line == .event(TrainerEvent(kind: kind, context: context)))
    }

    @Test func completionKnowsWordsKindsAndModes() {
        let completion = TrainerCompletion(dialect: .current)
        #expect(completion.words(after: "").contains("emergency"))
        #expect(completion.words(after: "event ").contains("trialStarted"))
        #expect(completion.words(after: "mode ").contains("calibrationDcs"))
        #expect(completion.words(after: "mode training ").contains("automatic"))
        #expect(completion.words(after: "send ").contains("propertyChange"))
        #expect(completion.words(after: "status ").isEmpty)
        let old = TrainerCompletion(dialect: .legacy)
        #expect(old.words(after: "event ").contains("acquisitionStarted"))
    }
}
