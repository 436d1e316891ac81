import AcquisitionModel
import AcquisitionRPC
import Testing

@testable import ConsoleCommands

struct TrainerReportTests {
    private static let endpoints = RpcEndpoints(subscriber: ["tcp://127.0.0.1:1"], command: ["tcp://127.0.0.1:2"])
    private static let request = ApiCommandRequest(.setTrainingMode, nonce: 7, data: ["mode": 300])

    static let reports: [(TrainerReport, text: String, json: String)] = [
        (
            .ready(endpoints), "ready: events on tcp://127.0.0.1:1, commands on tcp://127.0.0.1:2",
            #"{"ready":true,"subscriber":"tcp://127.0.0.1:1","command":"tcp://127.0.0.1:2"}"#
        ),
        (
            .command(request, .success(["mode": 300])),
            #"command  setTrainingMode {"mode":300} (nonce 7) -> success  {"mode":300}"#,
            #"{"command":130,"name":"setTrainingMode","customCommand":-1,"nonce":7,"data":{"mode":300},"#
                + #""result":100,"resultName":"success","resultData":{"mode":300},"errorMessage":null,"when":5}"#
        ),
        (
            .result(request, .failed("no")),
            #"result   setTrainingMode {"mode":300} (nonce 7) -> failed: no"#,
            #"{"commandResult":130,"name":"setTrainingMode","customCommand":-1,"nonce":7,"data":{"mode":300},"#
                + #""result":400,"resultName":"failed","resultData":null,"errorMessage":"no","when":5}"#
        ),
        (
            .event(ApiEvent(kind: .tunnelEnter, when: EventTime(json: 4), index: 9)), "event    tunnelEnter",
            #"{"event":1101,"name":"tunnelEnter","context":null,"index":9,"when":4}"#
        ),
        (
            .sent(ApiTopic(rawValue: 77), [1]), "sent     77  [1]",
            #"{"sent":77,"name":null,"payload":[1],"when":5}"#
        ),
    ]

    @Test(arguments: reports)
    func aReportIsOneLineEitherWay(report: TrainerReport, text: String, json: String) {
        #expect(report.text(in: .current) == text)
        #expect(JSONValue.object(report.json(in: .current, at: EventTime(json: 5))).description == json)
    }

    @Test(arguments: [
        ("tunelEnter", ["tunnelEnter"]), ("status", ["systemStatus"]), ("zzzzz", []), ("", []),
    ])
    func namesThatWereMeantAreFound(text: String, names: [String]) {
        let known = ApiEventKind.entries(in: .current).map(\.name)
        #expect(NearNames.of(text, among: known) == names)
    }
}
