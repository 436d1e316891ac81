import AcquisitionModel
import AcquisitionRPC
import Foundation
import Testing

@testable import ConsoleCommands

struct FormattingTests {
    @Test func dataHasLabelsNamesAndUnknownKeys() {
        let data: JSONValue = [
            "applicationMode": 100, "isGateOpen": true, "somethingNew": nil, "emptyList": [],
            "alarms": [["alarmId": 101, "isActive": false], ["alarmId": 4, "isActive": true]],
            "nested": ["trialId": 3],
        ]
        #expect(
            DataView.lines(data, style: .plain) == [
                "Application mode  running (100)",
                "Gate open         yes",
                "Something new     -",
                "Empty list        (none)",
                "Alarms",
                "  Alarm                Active",
                "  externalDoors (101)  no",
                "  4                    yes",
                "Nested",
                "  Trial  3",
            ]
        )
    }

    @Test func aPeersTextCannotMoveTheCursor() {
        #expect(SafeText.of("a\u{1B}[2Jb\n") == "a\\u{1b}[2Jb\\n")
        #expect(DataView.text("a\u{1B}") == "a\\u{1b}")
    }

    @Test(arguments: [
        ("isGateOpen", "Gate open"), ("isAutoClampEnabled", "Auto clamp"), ("dcsSendX", "DCS send x"), ("id", "Id"),
        ("snake_case", "Snake case"), ("", ""),
    ])
    func labels(_ key: String, _ label: String) { #expect(Labels.of(key) == label) }

    @Test func wideCharactersTakeTwoColumns() {
        #expect(TextWidth.of("日本") == 4)
        #expect(TextWidth.clipped("日本語", to: 4) == "日…")
        #expect(AnsiText.clipped("\u{1B}[1mabcdef\u{1B}[0m", to: 4) == "\u{1B}[1mabc\u{1B}[0m…")
        #expect(AnsiText.clipped("\u{1B}[1mabcd\u{1B}[0m", to: 4) == "\u{1B}[1mabcd\u{1B}[0m")
    }

    // MARK: - Replies

    @Test func aReplyIsItsSevenKeys() throws {
        let json = try JSONReader.read(ReplyView.json(ApiCommandReply(nonce: 7, result: .success, data: ["a": 1])))
        let keys = json.object?.members.map(\.key)
        #expect(keys == ["nonce", "command", "result", "data", "errorKind", "errorCode", "errorMessage"])
    }

    @Test func aModeIsNamed() {
        let reply = ApiCommandReply(command: .setTrainingMode, result: .success)
        let lines = ReplyView.lines(reply, named: "x", data: ["trainingMode": 300], style: .plain)
        #expect(lines == ["x: success", "Training mode  automatic (300)"])
    }

    @Test func aFailureTellsEverything() {
        let reply = ApiCommandReply(result: .failed, errorKind: .commandError, errorCode: 5, errorMessage: "no")
        let failure = ReplyView.failure(reply, named: "start")
        #expect(failure.status == .failed)
        #expect(failure.message == "start: failed (400); errorKind commandError (2); errorCode 5; no")
    }

    // MARK: - Events

    private func received(_ topic: ApiTopic, _ payload: String, at seconds: Double = 1000) -> ReceivedMessage {
        ReceivedMessage(
            message: ApiMessage(topic: topic, payload: Array(payload.utf8)),
            date: Date(timeIntervalSince1970: seconds)
        )
    }

    @Test func anEventIsALine() {
        let event = received(.event, #"{"kind":301,"when":1,"index":2,"context":{"mode":100,"text":"a b","list":[1]}}"#)
        let line = EventLine.text(
            event,
            after: Date(timeIntervalSince1970: 999.5),
            time: .delta,
            dialect: .current,
            style: .plain
        )
        #expect(line == #"+0.500s  event          applicationModeChanged (301)  mode=100 text="a b" list=[1]"#)
        let old = EventLine.text(event, after: nil, time: .delta, dialect: .legacy, style: .plain)
        #expect(old.contains("acquisitionStarted (301)"))
    }

    @Test func otherMessagesAreLinesToo() {
        let heartbeat = received(.heartbeat, #"{"identifier":"rig","version":"0.12.0","timestamp":1}"#)
        #expect(EventLine.content(heartbeat.message, dialect: .current, style: .plain) == "rig 0.12.0")
        let result = received(.commandResult, #"{"result":100,"data":null,"errorCode":0,"command":120,"nonce":7}"#)
        #expect(
            EventLine.content(result.message, dialect: .current, style: .plain)
                == "setApplicationMode: success  nonce=7"
        )
        let bytes = received(ApiTopic(rawValue: 7), "no JSON")
        #expect(EventLine.content(bytes.message, dialect: .current, style: .plain).hasPrefix("7 bytes"))
    }

    /// Whoever publishes or answers must not reach the terminal behind the console: no key, no text, no nonce.
    @Test(arguments: ["\u{1B}[2J", "\u{9B}2J", "a\r\nb", "\u{202E}x"])
    func nothingThatIsShownMovesTheCursor(_ bad: String) throws {
        let isSafe = { (line: String) in SafeText.of(line) == line }
        let noColon = received(.event, "{\"\(bad)\"1}")
        #expect(isSafe(EventLine.content(noColon.message, dialect: .current, style: .plain)))
        let text = JSONValue.string(bad)
        let result = ApiCommandRequestResponse(.failed, errorMessage: bad, nonce: text)
        let published = received(.commandResult, String(decoding: try result.encoded(), as: UTF8.self))
        #expect(isSafe(EventLine.content(published.message, dialect: .current, style: .plain)))
        let reply = ApiCommandReply(nonce: text, result: .failed, errorMessage: bad)
        #expect(isSafe(ReplyView.failure(reply, named: "ping").message))
        #expect(isSafe(PendingNotice.text(reply)))
        let request = ApiCommandRequest(.userDefined, customCommand: text, nonce: text, data: ["x": text])
        #expect(isSafe(TrainerReport.command(request, .failed(bad, data: text)).text(in: .current)))
    }

    @Test func whatIsNestedAndLongIsCounted() {
        let long: JSONValue = .array(Array(repeating: "0123456789", count: 7))
        #expect(EventLine.compact(["a": [1, 2], "b": long, "c": ["d": long]]) == "a=[1,2] b=[7 items] c={1 keys}")
    }

    @Test func anEventIsAnObject() throws {
        let event = received(.event, #"{"kind":301,"when":1,"index":2,"context":null}"#, at: 1000.5)
        let json = try JSONReader.read(EventLine.json(event, dialect: .current))
        #expect(json["topic"] == 4001)
        #expect(json["topicName"] == "event")
        #expect(json["kindName"] == "applicationModeChanged")
        #expect(json["receivedAt"]?.double == 1000.5)
        #expect(json["payload"]?["index"] == 2)
        let raw = try JSONReader.read(EventLine.json(received(ApiTopic(rawValue: 7), "x"), dialect: .current))
        #expect(raw["topicName"] == JSONValue.null)
        #expect(raw["payload"] == JSONValue.null)
        #expect(raw["payloadBase64"] == "eA==")
    }

    // MARK: - Ping

    @Test func pingsAreSummedUp() {
        let times: [Duration] = [.milliseconds(3), .milliseconds(1), .milliseconds(8), .milliseconds(5)]
        #expect(PingView.summary(times) == "4 answers: min 1.000 ms, median 4.000 ms, max 8.000 ms")
    }

    // MARK: - Watch

    private func watchState() -> WatchState {
        var state = WatchState(commandEndpoint: "tcp://h:1", subscriberEndpoint: "tcp://h:2")
        state.liveness = .online
        state.isConnected = true
        state.received(received(.heartbeat, #"{"identifier":"rig","version":"0.12.0","timestamp":1}"#, at: 998))
        for number in 0..<10 {
            state.received(received(.event, #"{"kind":99,"context":{"number":\#(number)}}"#, at: 999))
        }
        state.received(received(.commandResult, #"{"result":100,"command":120,"nonce":7}"#, at: 999))
        state.pending = [(name: "setApplicationMode", nonce: 8, age: 12)]
        return state
    }

    @Test func theScreenIsFilledAndNotMore() {
        let now = Date(timeIntervalSince1970: 1000)
        let lines = WatchScreen.lines(watchState(), now: now, columns: 60, rows: 20, style: .plain)
        #expect(lines.count == 20)
        #expect(lines[0].hasPrefix("rig 0.12.0  online"))
        #expect(lines.contains("Heartbeat  2.0 s ago"))
        #expect(lines.contains { $0.hasPrefix("event ") && $0.contains("2.0") && $0.hasSuffix("10") })
        #expect(lines.contains("  setApplicationMode  nonce=8  for 12 s"))
        #expect(lines.contains { $0.contains("setApplicationMode: success  nonce=7") })
        #expect(lines.last?.hasSuffix("number=9") == true)
    }

    @Test(arguments: [(1, 1), (10, 3), (20, 50), (200, 8)])
    func theScreenFitsIntoAnyWindow(_ columns: Int, _ rows: Int) {
        for style in [TextStyle.plain, .colored] {
            let lines = WatchScreen.lines(
                watchState(),
                now: Date(timeIntervalSince1970: 1000),
                columns: columns,
                rows: rows,
                style: style
            )
            #expect(lines.count <= rows)
            #expect(lines.allSatisfy { TextWidth.of(AnsiText.stripped($0)) <= columns })
        }
    }

    @Test func theStateIsAnObject() throws {
        let line = WatchScreen.json(watchState(), now: Date(timeIntervalSince1970: 1000))
        let json = try JSONReader.read(line)
        #expect(json["liveness"] == "online")
        #expect(json["topics"]?["event"]?["total"] == 10)
        #expect(json["pending"]?[0]?["nonce"] == 8)
    }

    @Test func oldEventsAreForgotten() {
        var state = watchState()
        for _ in 0..<500 { state.received(received(.event, #"{"kind":99}"#)) }
        #expect(state.events.count == WatchState.mostEvents)
    }

    // MARK: - Doctor

    @Test func theStatusOfADiagnosis() {
        var diagnosis = Diagnosis()
        diagnosis.good("a", "b")
        diagnosis.warning("a", "b")
        #expect(diagnosis.status == .done)
        diagnosis.port("port", "tcp://h:1", .free, option: "--x")
        #expect(diagnosis.status == .noAnswer)
        diagnosis.isAnswered = true
        #expect(diagnosis.status == .failed)
        #expect(diagnosis.findings.filter { $0.severity == .problem }.allSatisfy { $0.advice != nil })
    }
}
