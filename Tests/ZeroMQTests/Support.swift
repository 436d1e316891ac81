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

/// A thread of its own, which may block without holding up other tests.
///
/// `@unchecked`: on Darwin a thread's name is a pointer, which never changes.
final class BackgroundThread<Value: Sendable>: @unchecked Sendable {
    private let thread: pthread_t
    private let outcome: Outcome<Value>

    /// Starts at once.
    init(_ body: @escaping @Sendable () throws -> Value) throws {
        let outcome = Outcome<Value>()
        thread = try startThread {
            // Threads of the cooperative pool block signals, and a thread inherits that.
            var signals = sigset_t()
            sigemptyset(&signals)
            sigaddset(&signals, SIGUSR1)
            pthread_sigmask(SIG_UNBLOCK, &signals, nil)
            outcome.store(Result { try body() })
        }
        self.outcome = outcome
    }

    var isDone: Bool { outcome.isDone }

    func interrupt() {
        pthread_kill(thread, SIGUSR1)
    }

    /// Waits for the end; once.
    func join() throws -> Value {
        pthread_join(thread, nil)
        return try #require(outcome.result).get()
    }
}

private final class Outcome<Value: Sendable>: Sendable {
    private let stored = Mutex<Result<Value, any Error>?>(nil)

    var result: Result<Value, any Error>? { stored.withLock { $0 } }
    var isDone: Bool { stored.withLock { $0 != nil } }

    func store(_ result: Result<Value, any Error>) {
        stored.withLock { $0 = result }
    }
}

private func startThread(_ body: @escaping @Sendable () -> Void) throws -> pthread_t {
    let box = Unmanaged.passRetained(ThreadBody(body))
    #if canImport(Darwin)
        var started: pthread_t?
        let result = pthread_create(&started, nil, runThread, box.toOpaque())
    #else
        var started = pthread_t()
        let result = pthread_create(&started, nil, runThread, box.toOpaque())
    #endif
    try #require(result == 0, "no thread could be started")
    #if canImport(Darwin)
        return try #require(started)
    #else
        return started
    #endif
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
    let run: @Sendable () -> Void

    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

extension Socket {
    /// Waits until another thread is in a call on the socket; that one uses ``persistently(_:)``.
    func waitUntilInUse() {
        while failure({ try readiness })?.code != .concurrentUse { sched_yield() }
    }
}

/// Runs `body` again as long as it meets somebody who looks whether the socket is in use.
func persistently<Value>(_ body: () throws -> Value) throws -> Value {
    while true {
        do {
            return try body()
        } catch let error as ZeroMQError where error.code == .concurrentUse {
            sched_yield()
        }
    }
}

/// The error that `body` throws, or nil.
func failure<Result>(_ body: () throws -> Result) -> ZeroMQError? {
    do {
        _ = try body()
        return nil
    } catch {
        if !(error is ZeroMQError) { Issue.record(error) }
        return error as? ZeroMQError
    }
}

extension String {
    var bytes: [UInt8] { Array(utf8) }
}
