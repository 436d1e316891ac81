import Dispatch
import Foundation

/// SIGINT and SIGTERM as calls; the second one of them ends the process at once.
final class EndingSignals {
    private let sources: [any DispatchSourceSignal]

    /// Calls `handler` with the number of the first signal.
    init(_ handler: @escaping @Sendable (Int32) -> Void) {
        let queue = DispatchQueue(label: "signals")
        let count = Count()
        sources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler {
                count.value += 1
                if count.value == 1 { handler(number) } else { exit(128 + number) }
            }
            source.resume()
            return source
        }
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
