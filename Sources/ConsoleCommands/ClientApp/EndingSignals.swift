import Dispatch
import Foundation

/// SIGINT and SIGTERM as calls; the second one of them ends the process at once.
final class EndingSignals {
    private let sources: [any DispatchSourceSignal]

    /// Calls `handler` with the number of the first signal. Once this returns, no signal is lost: until then, they
    /// end the process as they do by themselves.
    init(_ handler: @escaping @Sendable (Int32) -> Void) {
        let queue = DispatchQueue(label: "signals")
        let count = Count()
        let registered = Bell()
        sources = [SIGINT, SIGTERM].map { number in
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler {
                count.value += 1
                if count.value == 1 { handler(number) } else { exit(128 + number) }
            }
            source.setRegistrationHandler {
                #if canImport(Darwin)
                    // Dispatch only watches there; elsewhere it takes the signal's place itself.
                    signal(number, SIG_IGN)
                #endif
                registered.ring()
            }
            source.resume()
            return source
        }
        for _ in sources { registered.wait(within: nil) }
    }

    /// Stops listening.
    func cancel() {
        for source in sources { source.cancel() }
    }

    // Only touched on the one queue on which the handlers run.
    private final class Count: @unchecked Sendable {
        var value = 0
    }
}
