import AcquisitionModel
import GatewayCore
import IBLGateway
import TestSupport
import Testing

/// Several rigs: the package's `Services` with rigs of ours, and our services with rigs of the package.
@Suite(.serialized, .timeLimit(.minutes(1)))
struct PythonServicesTests {
    static let calls: [(String, [JSONValue], event: ExpMessage)] = [
        ("init", [nil], .initialize), ("start", ["2026-01-01_1_mouse"], .start), ("status", [20], .status),
        ("info", [20, "d"], .info), ("stop", [], .end), ("cleanup", [], .cleanup),
    ]

    @Test(arguments: RigURI.Transport.allCases, [true, false])
    func theirServicesAtThreeOfOurs(_ transport: RigURI.Transport, _ isConcurrent: Bool) async throws {
        let (first, second, third) = (
            Communicator.server(transport), Communicator.server(transport), Communicator.server(transport)
        )
        for (number, rig) in [first, second, third].enumerated() { rig.answer(with: ["from": .init(number)]) }
        try await first.whileRunning { one in
            try await second.whileRunning { two in
                try await third.whileRunning { three in
                    let services = try await PythonRig.services([one, two, three])
                    for (method, arguments, _) in Self.calls {
                        let request: JSONValue = [
                            "call": .string(method), "args": .array(arguments),
                            "kwargs": ["concurrent": .bool(isConcurrent)],
                        ]
                        try services.process.write(request.pythonText)
                        let line = try JSONReader.read(await services.process.line())
                        let expected: JSONValue = ["rig0": [["from": 0]], "rig1": [["from": 1]], "rig2": [["from": 2]]]
                        #expect(line["result"] == expected, "\(method): \(line)")
                    }
                    await services.end()
                }
            }
        }
    }

    @Test(arguments: RigURI.Transport.allCases, [true, false])
    func ourServicesAtThreeOfTheirs(_ transport: RigURI.Transport, _ isOneAfterAnother: Bool) async throws {
        // One answers at once with what it is told, one at once with something else, one later.
        let options = [["same"], ["1"], ["2", "--answer-after", "0.1"]]
        var peers: [PythonRig] = []
        for options in options { peers.append(try await PythonRig.server(transport, ["--answer"] + options)) }
        let rigs = try RigServices(
            peers.enumerated().map { Rig("rig\($0)", at: $1.uri) },
            settings: .patient,
            logger: quiet
        )
        let asking = RigServices.Asking(isOneAfterAnother: isOneAfterAnother)
        try await rigs.whileRunning {
            let reference = try ExperimentReference("2026-01-01_1_mouse")
            let forwards = [
                try await rigs.initialize(nil, asking), try await rigs.start(reference, nil, asking),
                try await rigs.status(.running, asking), try await rigs.info(.running, "d", asking),
            ]
            let backwards = [try await rigs.stop(nil, asking), try await rigs.cleanup(nil, asking)]
            try await rigs.alyx(MessageTests.login, asking)
            #expect(forwards.allSatisfy { $0.all.map(\.rig) == ["rig0", "rig1", "rig2"] })
            #expect(backwards.allSatisfy { $0.all.map(\.rig) == ["rig2", "rig1", "rig0"] })
            #expect((forwards + backwards).allSatisfy { $0["rig1"]?.data == [1] && $0["rig2"]?.data == [2] })
            #expect(forwards[1]["rig0"]?.data == ["2026-01-01_1_mouse", nil])
        }
        for peer in peers { await peer.end() }
    }

    @Test func oneOfTheirsFailsAndOneIsGone() async throws {
        let good = try await PythonRig.server(.udp, ["--answer", "1"])
        let bad = try await PythonRig.server(.udp, ["--fail", "EXPSTART"])
        let gone = try await PythonRig.server(.udp)
        await gone.end()
        let rigs = try RigServices(
            [Rig("gone", at: gone.uri), Rig("bad", at: bad.uri), Rig("good", at: good.uri)],
            settings: ConversationSettings(echoTimeout: .seconds(3)),
            logger: quiet
        )
        try await rigs.whileRunning {
            await #expect { try await rigs.start(nil) } throws: { error in
                guard let error = error as? RigServicesError else { return false }
                return error.failures.map(\.rig) == ["gone", "bad"] && error.answers["good"]?.data == [1]
                    && "\(error)".contains("bad: The rig reports: ValueError: the rig failed")
            }
        }
        await good.end()
        await bad.end()
    }
}
