import AcquisitionModel
import AcquisitionRPC
import Foundation
import TestSupport
import Testing

/// The real service of release 0.12.0 and of 0.9.7, with the client of this package.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct PythonServiceTests {
    @Test(arguments: PythonRelease.allCases)
    func answersQueries(_ release: PythonRelease) async throws {
        let service = try await PythonService(release)
        let client = try service.client()
        let status = try await client.request(.getStatus)
        #expect(status.result == .success && status.errorKind == .none)
        let configuration = try await client.request(.getConfiguration)
        switch release {
        case .current:
            let typed = try ApiSystemStatus(json: status.data)
            #expect(typed.animal?.identifier == "123456" && typed.alarms.count == 9)
            #expect(try ApiSystemConfiguration(json: configuration.data).dataLocation == "/data/sessions")
            #expect(try await client.request(.getAnimals).data.array?.count == 1)
        case .legacy:
            #expect(try LegacyStatus(json: status.data).animalId == "123456")
            #expect(try LegacyConfiguration(json: configuration.data).dataLocation == "/data/sessions")
        }
        // NONE is answered somehow: the service lives.
        _ = try await client.request(.none)
        let echo = try await client.request(.userDefined, customCommand: 3, data: ["someKey": [1, 2.5, nil, true]])
        #expect(echo.result == .success && echo.data == ["someKey": [1, 2.5, nil, true]])
        let failed = try await client.request(.userDefined, customCommand: 500)
        #expect(failed.result == .exception && failed.errorMessage?.contains("500") == true)
        #expect(try await client.request(ApiCommand(rawValue: 31)).command == .userDefined)
        client.close()
        await service.end()
    }

    @Test(arguments: PythonRelease.allCases)
    func pendingCommandsComeToTheirResult(_ release: PythonRelease) async throws {
        let service = try await PythonService(release)
        let client = try service.client()
        for _ in 1...3 {
            let (pending, pendings) = AsyncStream.makeStream(of: ApiCommandReply.self)
            let result =
                switch release {
                case .current:
                    try await client.perform(.setApplicationMode, data: ["mode": 1000]) { pendings.yield($0) }
                case .legacy:
                    try await client.perform(ApiCommand.Legacy.startAcquisition) { pendings.yield($0) }
                }
            pendings.finish()
            let replies = await pending.reduce(into: [ApiCommandReply]()) { $0.append($1) }
            #expect(replies.map(\.result) == [.pendingWithNotification])
            #expect(result.result == .success && result.nonce == replies.first?.nonce)
            if release == .current { #expect(result.data == ["mode": 1000]) }
        }
        client.close()
        await service.end()
    }

    @Test(arguments: PythonRelease.allCases)
    func eventsAndHeartbeatsAreHeard(_ release: PythonRelease) async throws {
        let service = try await PythonService(release)
        let client = try service.client()
        var messages = client.messages(topics: [.event, .emergency]).makeAsyncIterator()
        await client.waits(for: .online)
        #expect(client.dialect == release.dialect && client.lastHeartbeat?.version == release.dialect.release)
        #expect(client.lastHeartbeat?.implementation == nil)
        try await service.publish(.tunnelEnter, "null")
        try await service.publish(.trialStarted, #"{"session_id":"s1","trial_id":3,"reason":"some reason"}"#)
        let emergency = try await client.request(.emergencyStop)
        #expect(emergency.result == .success)
        var kinds: [ApiEventKind] = []
        while kinds.last != .emergencyStop, let message = await messages.next() {
            guard case .event(let event) = message.content else { continue }
            kinds.append(event.kind)
            if event.kind == .trialStarted {
                // Release 0.9.7 drops the blank.
                let reason = release == .current ? "some reason" : "somereason"
                #expect(event.context == ["sessionId": "s1", "trialId": 3, "reason": .string(reason)])
            }
        }
        #expect(Set(kinds).isSuperset(of: [.tunnelEnter, .trialStarted, .emergencyStop]) && kinds.count == 3)
        client.close()
        await service.end()
    }

    @Test(arguments: PythonRelease.allCases)
    func aServiceThatDiesIsNoticedAndOneThatComesBackIsFound(_ release: PythonRelease) async throws {
        let first = try await PythonService(release)
        let client = try first.client()
        await client.waits(for: .online)
        await first.end()
        await client.waits(for: .offline)
        let error = await #expect(throws: RpcClientError.self) {
            try await client.request(.getStatus, timeout: .milliseconds(300))
        }
        // Whether the request was still handed to the dying connection is a matter of microseconds.
        #expect(error?.code == .noPeer || error?.code == .noAnswer)
        let second = try await PythonService(release, ports: first.ports)
        await client.waits(for: .online)
        #expect(try await client.request(.getStatus).result == .success)
        let result = try await client.perform(.userDefined, data: ["some": "thing"])
        #expect(result.data == ["some": "thing"])
        client.close()
        await second.end()
    }

    @Test(arguments: PythonRelease.allCases)
    func aServiceThatHangsLeavesTheClientUsable(_ release: PythonRelease) async throws {
        let service = try await PythonService(release)
        let client = try service.client()
        #expect(try await client.request(.getStatus).result == .success)
        await client.waits(for: .online)
        service.process.halt()
        let error = await #expect(throws: RpcClientError.self) {
            try await client.request(.userDefined, customCommand: 1, timeout: .milliseconds(300))
        }
        #expect(error?.code == .noAnswer)
        await client.waits(for: .stale)
        service.process.send(signal: SIGCONT)
        await client.waits(for: .online)
        for number in 2...5 {
            let reply = try await client.request(.userDefined, data: ["number": JSONValue(number)])
            #expect(reply.data == ["number": JSONValue(number)])
        }
        client.close()
        await service.end()
    }
}
