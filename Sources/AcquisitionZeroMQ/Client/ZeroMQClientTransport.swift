import AcquisitionRPC
import Synchronization
import ZeroMQ

/// The client's two sockets, a DEALER and a SUB, on a thread of their own.
///
/// Each request carries a number in its envelope, which every REP and ROUTER returns as it is; so a reply finds its
/// request whatever its content, and many may be under way.
final class ZeroMQClientTransport: ClientTransport {
    private let command: ServiceEndpoint
    private let subscriber: ServiceEndpoint
    private let resolver: HostResolver
    private let credentials: CurveCredentials?
    private let mostBytes: Int
    private let orders = Mutex(Orders())

    private struct Orders {
        var waker: Waker?
        var list: [ClientOrder] = []
        var isClosed = false
    }

    /// - Parameter resolver: looks the service's machine up.
    /// - Throws: `RpcClientError` for an endpoint that cannot be one.
    init(
        command: String,
        subscriber: String,
        credentials: CurveCredentials?,
        mostBytes: Int,
        resolver: HostResolver = .shared
    ) throws(RpcClientError) {
        do {
            self.command = try ServiceEndpoint(command)
            self.subscriber = try ServiceEndpoint(subscriber)
        } catch {
            throw RpcClientError(.transport, error.message)
        }
        self.resolver = resolver
        self.credentials = credentials
        self.mostBytes = mostBytes
    }

    func start(_ receiver: @escaping Receiver) throws(RpcClientError) {
        do {
            let waker = try Waker()
            // Before the first answer of the resolver can come.
            orders.withLock { $0.waker = waker }
            let loop = try ClientLoop(
                command: command,
                subscriber: subscriber,
                credentials: credentials,
                mostBytes: mostBytes
            ) { [resolver] name, role in
                resolver.resolve(name) { [weak self] in self?.order(.found($0, role)) }
            }
            let isRunning = Worker.start("rpc-client") { [self] in
                loop.run(waker: waker, receiver: receiver) { [self] in
                    orders.withLock { orders in
                        defer { orders.list.removeAll(keepingCapacity: true) }
                        return orders.list
                    }
                }
            }
            guard isRunning else { throw RpcClientError(.transport, "The system has no thread for the client") }
        } catch let error as ZeroMQError {
            throw RpcClientError(.transport, error.sentence)
        } catch let error as RpcClientError {
            throw error
        } catch {
            throw RpcClientError(.transport, "\(error)")
        }
    }

    func send(_ request: [UInt8], id: UInt64) { order(.send(request, id: id)) }
    func sendAgain(_ request: [UInt8], id: UInt64, connection: Int, before deadline: ContinuousClock.Instant) {
        order(.sendAgain(request, id: id, connection: connection, deadline))
    }

    let deliveryTime = SocketSettings.deliveryTime

    func forget(id: UInt64) { order(.forget(id: id)) }
    func giveUp(id: UInt64, isHarmless: Bool) { order(.giveUp(id: id, isHarmless: isHarmless)) }
    func subscribe(_ prefix: [UInt8]) { order(.subscribe(prefix)) }
    func unsubscribe(_ prefix: [UInt8]) { order(.unsubscribe(prefix)) }
    func reconnectSubscriber() { order(.reconnectSubscriber) }
    func reconnectCommands() { order(.reconnectCommands) }
    func close() { order(.close) }

    private func order(_ order: ClientOrder) {
        orders.withLock { orders in
            guard !orders.isClosed else { return }
            orders.list.append(order)
            orders.waker?.wake()
            guard case .close = order else { return }
            orders.isClosed = true
            // Its descriptor, which the thread lets go of when it ends, must not wait until the client itself goes.
            orders.waker = nil
        }
    }
}

/// One of the client's two sockets.
enum LinkRole: Sendable, Hashable { case commands, events }

/// What the client's thread is told to do.
enum ClientOrder: Sendable {
    case send([UInt8], id: UInt64)
    case sendAgain([UInt8], id: UInt64, connection: Int, ContinuousClock.Instant)
    case forget(id: UInt64)
    case giveUp(id: UInt64, isHarmless: Bool)
    case subscribe([UInt8])
    case unsubscribe([UInt8])
    case reconnectSubscriber
    case reconnectCommands
    /// The answer to a look-up for one of the sockets.
    case found(HostResolver.Answer, LinkRole)
    case close
}
