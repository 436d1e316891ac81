import GatewayCore
import NIOCore

/// What a module sends to a control room.
struct ModuleOutgoing: Sendable {
    var text: String
    var kind: OutgoingPacer<ByteBuffer>.Kind
}

/// Puts a ``CommandSplitter`` and an ``OutgoingPacer`` into a channel.
final class ModuleServerHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = CommandSplitter.Item
    typealias OutboundIn = ModuleOutgoing
    typealias OutboundOut = ByteBuffer

    private var splitter: CommandSplitter
    private var pacer: OutgoingPacer<ByteBuffer>
    private let callbacks: InFlight
    private var inTimer: Scheduled<Void>?
    private var reportTimer: Scheduled<Void>?
    /// What stands without its end was reported.
    private var isReported = false
    /// How long something may stand without its end before it is reported.
    private static let patience: TimeAmount = .milliseconds(500)
    private var outTimer: Scheduled<Void>?

    /// - Parameter callbacks: counts the callbacks that wait.
    init(_ splitter: CommandSplitter, gap: Duration, callbacks: InFlight) {
        self.splitter = splitter
        pacer = OutgoingPacer(gap: gap)
        self.callbacks = callbacks
    }

    // MARK: - In

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        pass(splitter.receive(unwrapInboundIn(data).readableBytesView, at: .now), context)
        watch(context)
        pacer.heard()
        pump(context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        stopTimers()
        let unfinished = splitter.unfinished
        let items = splitter.end()
        pass(items, context)
        if items.isEmpty, let unfinished, !isReported { pass([.unfinished(unfinished)], context) }
        context.fireChannelReadComplete()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { stopTimers() }

    private func pass(_ items: [CommandSplitter.Item], _ context: ChannelHandlerContext) {
        for item in items {
            if case .command = item { isReported = false }
            context.fireChannelRead(wrapInboundOut(item))
        }
    }

    /// Reports once what has stood for a while without its end: it may be a command that nobody knows.
    private func watchUnfinished(_ context: ChannelHandlerContext) {
        reportTimer?.cancel()
        guard !isReported, splitter.unfinished != nil else { return }
        reportTimer = context.eventLoop.assumeIsolated().scheduleTask(in: Self.patience) { [self] in
            guard let unfinished = splitter.unfinished else { return }
            isReported = true
            context.fireChannelRead(wrapInboundOut(.unfinished(unfinished)))
            context.fireChannelReadComplete()
        }
    }

    /// Looks again when a command without `;` may be complete.
    private func watch(_ context: ChannelHandlerContext) {
        inTimer?.cancel()
        inTimer = splitter.deadline.map { deadline in
            context.eventLoop.assumeIsolated().scheduleTask(in: .until(deadline)) { [self] in
                pass(splitter.timePassed(at: .now), context)
                context.fireChannelReadComplete()
                watch(context)
            }
        }
        watchUnfinished(context)
    }

    // MARK: - Out

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let outgoing = unwrapOutboundIn(data)
        pacer.put(ByteBuffer(string: outgoing.text), outgoing.kind)
        // It is on its way; what waits is limited by those who write.
        promise?.succeed()
        pump(context)
    }

    private func pump(_ context: ChannelHandlerContext) {
        outTimer?.cancel()
        outTimer = nil
        while true {
            switch pacer.next(at: .now) {
            case .send(let bytes, let kind):
                if kind == .callback { callbacks.end() }
                // Sent at once, so that it is a segment of its own.
                context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
            case .wait(let instant):
                outTimer = context.eventLoop.assumeIsolated().scheduleTask(in: .until(instant)) { [self] in
                    pump(context)
                }
                return
            case .nothing: return
            }
        }
    }

    private func stopTimers() {
        inTimer?.cancel()
        reportTimer?.cancel()
        outTimer?.cancel()
    }
}

extension TimeAmount {
    /// From now until `instant`.
    fileprivate static func until(_ instant: ContinuousClock.Instant) -> TimeAmount {
        TimeAmount(max(.zero, instant - .now))
    }
}
