import AcquisitionRPC
public import GatewayCore
import Logging
import NIOCore

/// The connection of a control room to a module, while it stands.
///
/// There is no reply to an ordinary command, neither of success nor of failure (`protocol/dareplane.md`, D6).
public struct ModuleConnection: Sendable {
    /// Something that a module sends on its own.
    public enum Message: Sendable, Hashable {
        /// It calls another module.
        case callback(Callback)
        /// It says something else: that it could not decode a command, for instance (D10).
        case text(String)
        /// It sent what cannot be taken: too large, or not UTF-8.
        case refused(GatewayError)
        /// It began a callback, as far as this, and did not complete it.
        case rejected(String, GatewayError)
    }

    /// Where the module is.
    public let address: ListenAddress
    /// What the module sends on its own; ends when the connection is lost. For one reader, which should keep reading: of
    /// more messages than may wait the oldest are dropped.
    public let messages: AsyncStream<Message>
    private let inlet: AsyncStream<Message>.Continuation
    private let outbound: NIOAsyncChannelOutboundWriter<ModuleRequest>
    private let settings: ModuleClientSettings
    private let logger: Logger
    private let greeting = Awaited<String>()
    private let signsOfLife = Awaited<Void>()
    private let lists = Awaited<[String]>()
    private let turns: Turns

    init(
        _ address: ListenAddress,
        _ outbound: NIOAsyncChannelOutboundWriter<ModuleRequest>,
        _ settings: ModuleClientSettings,
        _ logger: Logger
    ) {
        self.address = address
        self.outbound = outbound
        self.settings = settings
        self.logger = logger.safe
        turns = Turns(gap: settings.gapWithoutSemicolon)
        (messages, inlet) = AsyncStream.makeStream(
            bufferingPolicy: .bufferingNewest(settings.limits.queuedPerConnection)
        )
    }

    /// Whether the connection still stands, as far as is known.
    public var isOpen: Bool { !signsOfLife.isOver }

    // MARK: - What a control room does

    /// Gives a command. That it was carried out, nobody says.
    ///
    /// - Throws: `GatewayError`: the command cannot be sent, is too large, or the connection is lost.
    public func send(_ command: PCOMM) async throws {
        try await send(text: try command.text())
    }

    /// Gives a command as it is written, for text that a person typed; a `;` at its end may be there or not.
    ///
    /// - Throws: `GatewayError`: the text is not ASCII or too large, or the connection is lost.
    public func send(text: String) async throws {
        let command = text.hasSuffix(";") ? String(text.dropLast()) : text
        guard command.utf8.allSatisfy({ $0 < 0x80 }) else {
            throw GatewayError(
                .badMessage,
                "'\(command.shortened)' is not ASCII: write other characters as \\u escapes"
            )
        }
        if let most = settings.largestCommand, command.utf8.count >= most {
            throw GatewayError(
                .badMessage,
                "'\(command.shortened)' has \(command.utf8.count + 1) bytes; the module takes at most \(most)"
            )
        }
        try await write(.command(command))
    }

    /// Asks the module which commands it has; UP and the other built-in ones are among them where the module says so.
    ///
    /// - Throws: `GatewayError`: no answer within the time, or the connection is lost.
    public func commands(within limit: Duration = .seconds(1)) async throws -> [String] {
        if let list = try await lists.next(within: limit, ask: { try await write(.commands) }) { return list }
        if lists.isOver { throw closed }
        throw GatewayError(.noAnswer, "The module at \(address) did not list its commands within \(limit)")
    }

    /// Asks the module for a sign of life; false where none comes in time, or where the connection is lost.
    ///
    /// - Throws: `CancellationError` where the task is cancelled.
    public func isUp(within limit: Duration = .milliseconds(100)) async throws -> Bool {
        do {
            return try await signsOfLife.next(within: limit) { try await write(.signOfLife) } != nil
        } catch is GatewayError {
            return false
        }
    }

    // MARK: - The connection

    /// Takes what the module sends, until the connection is lost.
    func listen(_ inbound: NIOAsyncChannelInboundStream<ModuleInbox.Element>) async {
        do {
            for try await element in inbound { take(element) }
            logger.debug("A module left", metadata: ["module": "\(address)"])
        } catch {
            logger.info(
                "The connection to a module is lost",
                metadata: ["module": "\(address)", "reason": "\(NetworkReason.words(error))"]
            )
        }
        greeting.end()
        signsOfLife.end()
        lists.end()
        // Last: whoever reads to the end finds the connection closed.
        inlet.finish()
    }

    private func take(_ element: ModuleInbox.Element) {
        switch element {
        case .banner(let name): greeting.deliver(name)
        case .alive: signsOfLife.deliver(())
        case .commands(let names): lists.deliver(names)
        case .callback(let callback): put(.callback(callback))
        case .text(let text): put(.text(text))
        case .refused(let error): put(.refused(error))
        case .rejected(let text, let error): put(.rejected(text, error))
        }
    }

    private func put(_ message: Message) {
        guard case .dropped = inlet.yield(message) else { return }
        logger.warning("A message of a module was dropped: nobody reads", metadata: ["module": "\(address)"])
    }

    /// Waits for the greeting: a command that comes before it may be lost (D19).
    func greeted() async throws {
        _ = try await greeting.next(within: settings.greetingWithin)
        guard !greeting.isOver else {
            throw GatewayError(.cannotConnect, "The module at \(address) closed the connection at once")
        }
    }

    private func write(_ request: ModuleRequest) async throws {
        // The writer may learn of the end later than the reader, and takes until then what nobody will get.
        guard isOpen else { throw closed }
        try await turns.wait()
        do {
            try await outbound.write(request)
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            throw closed
        }
    }

    private var closed: GatewayError {
        GatewayError(.notConnected, "The connection to the module at \(address) is lost")
    }
}
