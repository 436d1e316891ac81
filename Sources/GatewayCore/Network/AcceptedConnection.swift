import NIOCore
import Synchronization

/// A connection that was accepted, with the work of serving it.
final class AcceptedConnection: Sendable {
    typealias Work = @Sendable () async throws -> Void

    let channel: any Channel
    private let work: Work
    private let isServed = Atomic(false)

    init(_ channel: any Channel, _ work: @escaping Work) {
        self.channel = channel
        self.work = work
    }

    /// Serves it, to its end.
    func serve() async throws {
        isServed.store(true, ordering: .relaxed)
        try await work()
    }

    deinit {
        guard !isServed.load(ordering: .relaxed) else { return }
        // The listener ended before anybody got round to it. An asynchronous channel must come to its end all the same, or
        // SwiftNIO ends the program; it is closed, and so that is at once.
        channel.close(promise: nil)
        Task { [work] in try? await work() }
    }
}
