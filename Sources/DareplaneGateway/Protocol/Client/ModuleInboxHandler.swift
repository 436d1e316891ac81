import NIOCore

/// What a control room sends to a module.
enum ModuleRequest: Sendable {
    case command(String)
    case signOfLife
    case commands
}

/// Puts a ``ModuleInbox`` into a channel: gives it the bytes, the time, and word of what was asked.
final class ModuleInboxHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ModuleInbox.Element
    typealias OutboundIn = ModuleRequest
    typealias OutboundOut = ByteBuffer

    private var inbox: ModuleInbox
    private let terminator: String
    private var timer: Scheduled<Void>?

    /// - Parameter terminator: what stands behind every command.
    init(_ inbox: ModuleInbox, terminator: String = ";") {
        self.inbox = inbox
        self.terminator = terminator
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        pass(inbox.receive(unwrapInboundIn(data).readableBytesView, at: .now), context)
        watch(context)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let text: String
        switch unwrapOutboundIn(data) {
        case .command(let command): text = command
        case .signOfLife:
            inbox.expectSignOfLife()
            text = "UP"
        case .commands:
            inbox.expectCommands()
            text = "GET_PCOMMS"
        }
        // Exactly one ';' and nothing after it: a line end would stay in front of the next command (D8).
        context.write(wrapOutboundOut(ByteBuffer(string: text + terminator)), promise: promise)
        watch(context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        pass(inbox.end(), context)
        context.fireChannelReadComplete()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { timer?.cancel() }

    /// Looks again when the inbox wants to know that nothing came.
    private func watch(_ context: ChannelHandlerContext) {
        timer?.cancel()
        timer = nil
        guard let deadline = inbox.deadline else { return }
        let left = max(.zero, deadline - .now)
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(left)) { [self] in
            pass(inbox.timePassed(at: .now), context)
            context.fireChannelReadComplete()
            watch(context)
        }
    }

    private func pass(_ elements: [ModuleInbox.Element], _ context: ChannelHandlerContext) {
        for element in elements { context.fireChannelRead(wrapInboundOut(element)) }
    }
}
