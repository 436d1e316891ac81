import GatewayCore
import Synchronization

/// Where a server came to listen.
final class Bound: Sendable {
    private let state = Mutex<ListenAddress?>(nil)

    var address: ListenAddress? {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }
}
