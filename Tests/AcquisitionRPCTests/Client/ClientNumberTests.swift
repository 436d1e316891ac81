import AcquisitionModel
import Testing

@testable import AcquisitionRPC

/// Whatever number a caller or a peer gives is taken or refused.
@Suite(.timeLimit(.minutes(1)))
struct ClientNumberTests {
    private let transport = ScriptedTransport()

    static let durations: [Duration] = [
        .seconds(Int64.max), .seconds(Int64.min), .nanoseconds(Int64.max), .zero, .nanoseconds(-1),
        .seconds(Int64.max) + .seconds(Int64.max),
    ]

    @Test(arguments: durations) func aTimeOfACallerIsTaken(_ time: Duration) async throws {
        transport.onSend = { transport, request, id in
            transport.reply(to: request, id: id, request.command == .getStatus ? .success : .pendingWithNotification)
            transport.publish(.commandResult, ApiCommandRequestResponse(.success, nonce: request.nonce))
        }
        let options = ClientOptions(timeout: time, retries: 3, heartbeatInterval: time)
        let client = try RpcClient(transport: transport, options: options)
        transport.tell(.commandsConnected(true))
        transport.tell(.eventsConnected(true))
        transport.beat(epoch: 1, window: 600)
        transport.beat(epoch: 1, window: 600)
        // A time that is over at once may be over before the answer.
        _ = try? await client.request(.getStatus)
        _ = try? await client.request(.getStatus, timeout: time)
        _ = try? await client.perform(.setApplicationMode, timeout: time, resultTimeout: time)
        if time > .seconds(1) {
            #expect(try await client.request(.getStatus, timeout: time).result == .success)
            #expect(try await client.perform(.setApplicationMode, resultTimeout: time).result == .success)
        }
        client.close()
    }

    @Test(arguments: [Int.min, -1, 0, 1, .max]) func anyNumberOfRetriesIsTaken(_ retries: Int) async throws {
        let client = try RpcClient(
            transport: transport,
            options: ClientOptions(timeout: .milliseconds(200), retries: retries)
        )
        transport.onSend = { transport, request, id in
            if request.command == .none { transport.reply(to: request, id: id, .success, epoch: 1) }
        }
        transport.tell(.commandsConnected(true))
        transport.beat(epoch: 1, window: 600)
        let error = await #expect(throws: RpcClientError.self) { try await client.request(.getStatus) }
        #expect(error?.code == .noAnswer)
        let count = transport.log.count { $0.hasPrefix("again") }
        #expect(retries > 0 ? (1...22).contains(count) : count == 0, "\(count) at least 10 ms apart, and a question")
        _ = try? await client.request(.getStatus, timeout: .zero)
        client.close()
    }

    @Test(arguments: [Int.min, -1, 0, 1, .max]) func anyCapacityIsTaken(_ capacity: Int) async throws {
        let client = try RpcClient(transport: transport)
        let messages = client.messages(topics: [.heartbeat], capacity: capacity)
        transport.beat(epoch: nil)
        transport.beat(epoch: nil)
        client.close()
        var count = 0
        for await _ in messages { count += 1 }
        #expect(count == (capacity == .max ? 2 : 1))
    }

    @Test func anyHeartbeatIsTaken() async throws {
        let client = try RpcClient(transport: transport, options: ClientOptions(retries: 1))
        transport.tell(.commandsConnected(true))
        let numbers = [
            "0", "-1", "1e308", "-1e308", "9223372036854775807", "-9223372036854775808", "1e-320", "null", "1e999",
        ]
        for number in numbers {
            for key in ["timestamp", "deduplicate", "epoch"] {
                var members = ["timestamp": "1", "deduplicate": "600", "epoch": "1"]
                members[key] = number
                let body = members.map { #""\#($0)": \#($1)"# }.joined(separator: ",")
                let text = #"{"identifier":"a","version":"0.12.0",\#(body),"published":{"1001":\#(number),"x":1}}"#
                transport.tell(.published([ApiTopic.heartbeat.frame, Array(text.utf8)]))
            }
        }
        _ = client.lastHeartbeat
        client.close()
    }
}
