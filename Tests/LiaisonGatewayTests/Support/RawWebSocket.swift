import GatewayCore
import NIOCore
import NIOPosix
import Synchronization

/// A peer that sends what it is told, right or wrong: bytes on a TCP connection.
struct RawWebSocket: Sendable {
    let inbound: Inbound
    let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>

    /// Reads bytes until there are enough.
    final class Inbound: Sendable {
        private let lines: AsyncStream<ByteBuffer>
        /// What was read with a frame, and is not part of it.
        fileprivate let rest = Mutex<[UInt8]>([])
        init(_ lines: AsyncStream<ByteBuffer>) { self.lines = lines }
        func next() async -> ByteBuffer? {
            for await buffer in lines { return buffer }
            return nil
        }
    }

    static let handshake = [
        "GET / HTTP/1.1", "Host: 127.0.0.1", "Upgrade: websocket", "Connection: Upgrade",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13",
    ]

    /// Connects to `address`, and does `body`.
    static func connect<Value: Sendable>(
        _ address: ListenAddress,
        body: @Sendable (RawWebSocket) async throws -> Value
    ) async throws -> Value {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: address.host, port: address.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            let (stream, continuation) = AsyncStream.makeStream(of: ByteBuffer.self)
            return try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    defer { continuation.finish() }
                    // The server may end the connection in any way.
                    do { for try await buffer in inbound { continuation.yield(buffer) } } catch {}
                }
                let value = try await body(RawWebSocket(inbound: Inbound(stream), outbound: outbound))
                group.cancelAll()
                return value
            }
        }
    }

    func send(_ bytes: some Sequence<UInt8>) async throws { try await outbound.write(ByteBuffer(bytes: bytes)) }

    func send(_ text: String) async throws { try await outbound.write(ByteBuffer(string: text)) }

    /// Sends a request for a WebSocket with these further lines and returns the answer's head.
    func shakeHands(_ more: [String] = [], instead lines: [String] = handshake) async throws -> String {
        try await send((lines + more).map { $0 + "\r\n" }.joined() + "\r\n")
        var answer: [UInt8] = []
        while let more = await inbound.next() {
            answer += Array(more.readableBytesView)
            if let end = answer.firstRange(of: Array("\r\n\r\n".utf8)) {
                inbound.rest.withLock { $0 = Array(answer[end.upperBound...]) }
                return String(decoding: answer[..<end.lowerBound], as: UTF8.self)
            }
        }
        return String(decoding: answer, as: UTF8.self)
    }

    /// A frame as a client sends it, masked with zeros unless told otherwise.
    static func frame(_ first: UInt8, _ payload: [UInt8], isMasked: Bool = true) -> [UInt8] {
        let mask: UInt8 = isMasked ? 0x80 : 0
        var bytes = [first]
        switch payload.count {
        case ..<126: bytes.append(mask | UInt8(payload.count))
        case ..<65536: bytes += [mask | 126, UInt8(payload.count >> 8), UInt8(payload.count & 0xFF)]
        default: bytes += [mask | 127] + (0..<8).reversed().map { UInt8(payload.count >> ($0 * 8) & 0xFF) }
        }
        return bytes + (isMasked ? [0, 0, 0, 0] : []) + payload
    }

    /// A whole text.
    static func text(_ text: String) -> [UInt8] { frame(0x81, Array(text.utf8)) }

    /// Reads frames of the server until one is accepted: its first byte, and what it holds. Nil at the end.
    func frame(where isIt: (UInt8) -> Bool = { _ in true }) async -> (first: UInt8, payload: [UInt8])? {
        while true {
            let frame = inbound.rest.withLock { bytes -> (first: UInt8, payload: [UInt8])? in
                while let (frame, length) = Self.first(bytes) {
                    bytes.removeFirst(length)
                    if isIt(frame.first) { return frame }
                }
                return nil
            }
            if let frame { return frame }
            guard let more = await inbound.next() else { return nil }
            inbound.rest.withLock { $0 += Array(more.readableBytesView) }
        }
    }

    /// The code with which the server closes; nil where it ends without a word.
    func closeCode() async -> Int? {
        guard let frame = await frame(where: { $0 == 0x88 }), frame.payload.count >= 2 else { return nil }
        return Int(frame.payload[0]) << 8 | Int(frame.payload[1])
    }

    private static func first(_ bytes: [UInt8]) -> (frame: (first: UInt8, payload: [UInt8]), length: Int)? {
        guard bytes.count >= 2 else { return nil }
        let short = Int(bytes[1] & 0x7F)
        let extra = short == 126 ? 2 : short == 127 ? 8 : 0
        guard bytes.count >= 2 + extra else { return nil }
        let length = extra == 0 ? short : bytes[2..<(2 + extra)].reduce(0) { $0 << 8 | Int($1) }
        guard bytes.count >= 2 + extra + length else { return nil }
        return ((bytes[0], Array(bytes[(2 + extra)..<(2 + extra + length)])), 2 + extra + length)
    }
}
