import Foundation
import GatewayCore
import Logging
import NIOCore
import NIOPosix
import Synchronization

/// Sends log records to Dareplane's log server, which is in the control room (`protocol/dareplane.md`, D18).
///
/// Nobody who logs ever waits for it: records are kept while the server is away, so many and no more, and the oldest are
/// dropped and counted. The connection is made when there is something to say, and made again when it was lost.
final class LogRecordSender: Sendable {
    /// How many records are kept.
    static let capacity = 256

    private struct State {
        var records: [[UInt8]] = []
        var dropped = 0
        var wake: AsyncStream<Void>.Continuation?

        /// Puts a record in; the oldest makes room.
        mutating func add(_ record: [UInt8]) {
            if records.count == LogRecordSender.capacity {
                records.removeFirst()
                dropped += 1
            }
            records.append(record)
        }
    }

    private let address: ListenAddress
    private let name: String
    /// How long to wait before the second attempt to connect; doubled each time, up to 30 s.
    private let pause: Duration
    private let state = Mutex(State())

    /// - Parameters:
    ///   - address: where the log server listens.
    ///   - name: the module's name.
    init(to address: ListenAddress, name: String, pause: Duration = .seconds(1)) {
        self.address = address
        self.name = name
        self.pause = pause
    }

    /// Keeps a record until it is sent. From any thread; never waits.
    func send(_ record: OutgoingLogRecord) {
        let bytes = record.encoded
        let wake = state.withLock { state in
            state.add(bytes)
            return state.wake
        }
        wake?.yield()
    }

    /// Sends until the task is cancelled. One at a time.
    func run() async {
        var pause = pause
        while await hasRecord() {
            do {
                // Whatever takes connections and closes them is no log server.
                guard try await connect() else { throw GatewayError(.closed, "The log server closed the connection") }
                pause = self.pause
            } catch {
                // Nothing is logged of it: these lines would go the same way.
                guard (try? await Task.sleep(for: pause.saturated, clock: .continuous)) != nil else { return }
                pause = min(pause.saturated * 2, .seconds(30))
            }
        }
    }

    /// Waits for a record; false where the task is cancelled.
    private func hasRecord() async -> Bool {
        let (wakes, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let isReady = state.withLock { state in
            state.wake = wake
            return !state.records.isEmpty
        }
        if !isReady { for await _ in wakes { break } }
        return !Task.isCancelled
    }

    /// Connects, and sends for as long as the server is there; whether anything was sent.
    private func connect() async throws -> Bool {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(.seconds(1))
            .connect(host: address.host, port: address.checkedPort) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        let sent = Sent()
        try await channel.executeThenClose { inbound, outbound in
            try await withThrowingTaskGroup(of: Void.self) { group in
                defer { group.cancelAll() }
                // It says nothing; it may go.
                group.addTask { for try await _ in inbound {} }
                group.addTask { [self] in
                    while await hasRecord() {
                        guard let record = take() else { continue }
                        do {
                            try await outbound.write(ByteBuffer(bytes: record))
                        } catch {
                            putBack(record)
                            throw error
                        }
                        sent.value.store(true, ordering: .relaxed)
                    }
                }
                try await group.next()
            }
        }
        return sent.value.load(ordering: .relaxed)
    }

    /// The next record; before it, where some were dropped, one that tells how many.
    private func take() -> [UInt8]? {
        state.withLock { state in
            guard state.dropped > 0 else { return state.records.isEmpty ? nil : state.records.removeFirst() }
            let record = OutgoingLogRecord(
                name: name,
                level: .warning,
                message: "Log records were dropped while the log server was away count=\(state.dropped)",
                file: #fileID,
                function: #function,
                line: #line,
                created: Date().timeIntervalSince1970
            )
            state.dropped = 0
            return record.encoded
        }
    }

    private func putBack(_ record: [UInt8]) {
        state.withLock { state in
            guard state.records.count < Self.capacity else {
                state.dropped += 1
                return
            }
            state.records.insert(record, at: 0)
        }
    }

    /// Whether a connection has carried a record.
    private final class Sent: Sendable {
        let value = Atomic(false)
    }
}
