import Synchronization
import Testing
import ZeroMQ

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// A context whose sockets give up after a while, so that a failing test ends.
struct Bench {
    let context: Context

    init() throws {
        context = try Context()
    }

    func socket(_ kind: SocketKind) throws -> Socket {
        let socket = try context.socket(kind)
        try socket.set(.receiveTimeout, to: .seconds(20))
        try socket.set(.sendTimeout, to: .seconds(20))
        return socket
    }

    /// Two connected sockets over tcp; the first is bound.
    func pair(_ bound: SocketKind, _ connecting: SocketKind) throws -> (Socket, Socket) {
        let server = try socket(bound)
        try server.bind("tcp://127.0.0.1:*")
        let client = try socket(connecting)
        try client.connect(try server.lastEndpoint)
        return (server, client)
    }
}

/// Runs `body` on a thread of its own, where it may block.
func onThread<Result: Sendable>(_ body: @escaping @Sendable () -> Result) async -> Result {
    await withCheckedContinuation { continuation in
        startThread { continuation.resume(returning: body()) }
    }
}

/// Starts a detached thread and returns its name for signals.
@discardableResult
func startThread(_ body: @escaping @Sendable () -> Void) -> pthread_t {
    let box = Unmanaged.passRetained(ThreadBody(body))
    #if canImport(Darwin)
        var thread: pthread_t?
    #else
        var thread = pthread_t()
    #endif
    let result = pthread_create(&thread, nil, runThread, box.toOpaque())
    precondition(result == 0, "no thread could be started")
    #if canImport(Darwin)
        guard let thread else { preconditionFailure("no thread could be started") }
    #endif
    pthread_detach(thread)
    return thread
}

#if canImport(Darwin)
    private func runThread(_ box: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
        Unmanaged<ThreadBody>.fromOpaque(box).takeRetainedValue().run()
        return nil
    }
#else
    private func runThread(_ box: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        if let box { Unmanaged<ThreadBody>.fromOpaque(box).takeRetainedValue().run() }
        return nil
    }
#endif

private final class ThreadBody {
    let run: () -> Void

    init(_ run: @escaping () -> Void) { self.run = run }
}
