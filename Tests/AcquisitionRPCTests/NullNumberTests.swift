import AcquisitionModel
import Logging
import Testing

@testable import AcquisitionRPC

/// NaN goes out as null, which strict readers do not take for a number: they lose the whole message.
struct NullNumberTests {
    private let transport = HandTransport()
    private let lines = LineCollector(level: .warning)

    private func service(_ dialect: Dialect = .current) throws -> TransportRpcService {
        let options = RpcOptions(heartbeatInterval: .seconds(3600), dialect: dialect)
        let service = TransportRpcService(options: options, transport: transport, logger: lines.logger)
        try service.start()
        return service
    }

    /// The fields that were warned of, with what they belong to.
    private var fields: [String] {
        lines.all.filter { $0.contains("went out as null") }.map { line in
            line.split(separator: " ").filter { $0.hasPrefix("of=") || $0.hasPrefix("field=") }.joined(separator: " ")
        }
    }

    @Test func eachFieldIsSaidOnce() throws {
        let service = try service()
        for _ in 0..<100 {
            try service.sendEvent(.headfixBaselineChanged, BaselineContext(baseline: .nan))
            try service.sendEvent(
                .pelletDriftReset,
                PelletDriftResetContext(drift: Vector3Context(x: 1, y: .nan, z: 0))
            )
            try service.sendDict(.event, ["kind": 1614, "context": ["delay": .null]])
            try service.sendEvent(
                ApiEvent(kind: .pelletDriftReset, index: 1, context: ["drift": ["z": .number(-.infinity)]])
            )
        }
        #expect(
            Set(fields) == [
                "field=baseline of=headfixBaselineChanged", "field=drift.y of=pelletDriftReset",
                "field=delay of=autoClampReleaseDelayChanged", "field=drift.z of=pelletDriftReset",
            ]
        )
        #expect(fields.count == 4, "\(fields)")
        service.stop()
    }

    /// What is missing by right, and what its readers take for missing.
    @Test func whatMayBeNullIsNotSaid() throws {
        let service = try service()
        try service.sendEvent(.headfixBaselineChanged, BaselineContext(baseline: 0))
        try service.sendEvent(.tunnelEnter)
        try service.sendDict(.event, ["kind": 601, "context": ["pelletDevice": ["dcsX": .null], "animal": .null]])
        try service.sendDict(.event, ["kind": 90_001, "context": ["baseline": .null]])
        try service.sendDict(.propertyChange, ["kind": 1601, "context": ["baseline": .null]])
        #expect(fields.isEmpty, "\(fields)")
        service.stop()
    }

    @Test func fieldsInListsAndInRepliesAreFound() throws {
        let service = try service()
        let reach: JSONValue = ["init": 1, "delaySincePresented": .null]
        try service.sendDict(
            .event,
            ["kind": 1911, "context": ["trialReachEvents": [["delaySincePresented": 0.5], reach]]]
        )
        service.setDelegate { request in
            request.command == .getAnimals
                ? .success([["dcsSendX": 1], ["dcsSendY": .null]])
                : .success(["animal": ["dcsSendX": .number(.nan)], "behavior": ["baselineMagnetIntensity": .null]])
        }
        let operator_ = CommandSender(user: "", role: .operator)
        for nonce in 1...10 {
            _ = try transport.ask(.getStatus, operator_, nonce: JSONValue(nonce * 2))
            _ = try transport.ask(.getAnimals, operator_, nonce: JSONValue(nonce * 2 + 1))
        }
        #expect(
            Set(fields) == [
                "field=trialReachEvents[].delaySincePresented of=trialReachEvents",
                "field=animal.dcsSendX of=getStatus",
                "field=behavior.baselineMagnetIntensity of=getStatus", "field=[].dcsSendY of=getAnimals",
            ]
        )
        #expect(fields.count == 4, "\(fields)")
        service.stop()
    }

    @Test func theOldReleaseIsNotWarnedOf() throws {
        let service = try service(.legacy)
        try service.sendEvent(.headfixBaselineChanged, BaselineContext(baseline: .nan))
        #expect(fields.isEmpty)
        service.stop()
    }
}
