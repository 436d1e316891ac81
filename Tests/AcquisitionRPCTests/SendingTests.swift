import AcquisitionModel
import AcquisitionRPC
import Foundation
import Logging
import Testing

/// What can be published, and given with a command.
@Suite(.timeLimit(.minutes(1)))
struct SendingTests {
    private let bytes: [UInt8] = Array(#"{"a":1}"#.utf8)
    private let topic = ApiTopic(rawValue: 90_001)

    /// Bytes in one piece, of which nobody may ask for one after another.
    private struct OnePiece: Collection {
        let bytes: [UInt8]
        let isAsked: Asked
        var startIndex: Int { 0 }
        var endIndex: Int { bytes.count }
        func index(after index: Int) -> Int { index + 1 }
        subscript(index: Int) -> UInt8 {
            isAsked.count += 1
            return bytes[index]
        }
        func withContiguousStorageIfAvailable<Result>(
            _ body: (UnsafeBufferPointer<UInt8>) throws -> Result
        ) rethrows -> Result? {
            try bytes.withUnsafeBufferPointer(body)
        }
    }

    private final class Asked {
        var count = 0
    }

    @Test func takesBytesOfEveryKind() async throws {
        let transport = HandTransport()
        let service = try transport.service()
        try service.send(topic, bytes)
        try service.send(topic, [123, 125])
        try service.send(topic, bytes[2...])
        try service.send(topic, ContiguousArray(bytes))
        try service.send(topic, Data(bytes))
        try service.send(topic, Data([0] + bytes).dropFirst())
        try service.send(topic, "{}".utf8)
        try service.send(topic, bytes.span)
        try service.send(topic, bytes.span.bytes)
        try bytes.withUnsafeBytes { try service.send(topic, $0) }
        try bytes.withUnsafeBufferPointer { try service.send(topic, $0) }
        try service.send(topic, bytes.reversed())
        try service.sendString(topic, "größe")
        let any: any RpcService = service
        try any.send(topic, Data(bytes))
        let sent = transport.publishedBytes(topic)
        let brackets: [UInt8] = [123, 125]
        let expected: [[UInt8]] = [
            bytes, brackets, Array(bytes[2...]), bytes, bytes, bytes, brackets, bytes, bytes, bytes, bytes,
            bytes.reversed(), Array("größe".utf8), bytes,
        ]
        #expect(sent == expected)
        await service.stop()
        #expect(throws: RpcServiceError.self) { try service.send(topic, Data(bytes)) }
    }

    @Test func whatIsInOnePieceIsNotCopied() throws {
        let transport = HandTransport()
        let service = try transport.service { $0.limits = WireLimits(size: 100, depth: 8) }
        let asked = Asked()
        try service.send(topic, OnePiece(bytes: bytes, isAsked: asked))
        #expect(transport.publishedBytes(topic) == [bytes])
        let error = #expect(throws: RpcServiceError.self) {
            try service.send(topic, OnePiece(bytes: Array(repeating: 0, count: 101), isAsked: asked))
        }
        #expect(error?.code == .cannotEncode)
        #expect(asked.count == 0)
        service.stop()
    }

    private struct Valve: CodablePayload, Equatable {
        var valveId: Int
        var gain: Double
    }

    @Test func takesPayloadsThatAreCodable() async throws {
        let transport = InProcessTransport()
        let service = TransportRpcService(options: RpcOptions(), transport: transport, logger: .init(label: "test"))
        service.setDelegate { request in
            let valve = try Valve(json: request.data)
            return try .success(encoding: Valve(valveId: valve.valveId + 1, gain: valve.gain))
        }
        try service.start()
        let client = try RpcClient(transport: transport.connect())
        let command = ApiCommand(rawValue: 90_220)
        let reply = try await client.request(command, encoding: Valve(valveId: 1, gain: 0.5))
        #expect(try Valve(json: reply.data) == Valve(valveId: 2, gain: 0.5))
        let result = try await client.perform(command, encoding: Valve(valveId: 2, gain: .nan))
        #expect(result.result == .exception, "a number that is none is null, and no Double")

        let type = ApiEventType<Valve>(ApiEventKind(rawValue: 90_221))
        let messages = client.messages(topics: [.event, .propertyChange])
        try service.sendEvent(type, Valve(valveId: 3, gain: 1))
        try service.send(.propertyChange, encoding: Valve(valveId: 4, gain: 2))
        var seen: [JSONValue] = []
        for await message in messages {
            switch message.content {
            case .event(let event): seen.append(event.context)
            case .json(let json): seen.append(json)
            default: Issue.record("unexpected \(message)")
            }
            if seen.count == 2 { break }
        }
        #expect(seen == [["valveId": 3, "gain": 1], ["valveId": 4, "gain": 2]])
        client.close()
        await service.stop()
    }
}
