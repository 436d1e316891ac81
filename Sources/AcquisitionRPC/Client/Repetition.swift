/// What decides whether a command that may have gone out may be given again: a value, which sends nothing.
///
/// A service that remembers commands answers one that it knows again, and does not carry it out again. So two things have to
/// be certain: that the service at the other end is the start that may have the command already, and that it remembers
/// it still when the repetition arrives. Where either is not certain, the command is not given again.
///
/// A service that keeps deadlines remembers a command until its deadline, and does not carry it out later: there the second
/// is certain, however long something in between holds the repetition up. Any other one remembers a command for its window
/// after the answer, hence at least for the window after the command first went out.
struct Repetition: Sendable, Hashable {
    /// When the command may have gone out for the first time.
    let firstSent: ContinuousClock.Instant
    /// The connection on which it may have gone out first.
    let connection: Int
    /// The start of the service that was known when the command first went out, or that answered it. A start that was known
    /// before and is there afterwards was there in between.
    var epoch: Int?
    /// Whether the request says until when it may begin.
    var hasDeadline = false

    /// What is known of the service when a command is to be given again.
    struct Peer: Sendable, Hashable {
        /// The connection that stands; nil where none does.
        var connection: Int?
        /// Which start of the service is at the other end of it, as an answer on this connection has said.
        var provenEpoch: Int?
        /// Which start is the present one, by all that was heard.
        var presentEpoch: Int?
        /// The last heartbeat's word on repetitions; nil where no heartbeat has come.
        var memory: Memory?
        /// How long what is sent may be on the way, at most.
        var deliveryTime: Duration

        /// What a heartbeat says of the memory of commands.
        struct Memory: Sendable, Hashable {
            /// Whose heartbeat it is.
            var epoch: Int?
            /// For how long commands are remembered; nil where they are not.
            var window: Duration?
            /// Whether the service keeps the deadlines of commands.
            var keepsDeadlines = false
        }
    }

    /// What is to be done with a repetition.
    enum Decision: Sendable, Hashable {
        /// It may be sent on the connection that stands, until this time.
        case again(before: ContinuousClock.Instant)
        /// It is not certain yet; to be asked again when more is known.
        case wait
        /// It may not be sent any more.
        case never(Hindrance)
    }

    /// Why a command is not given again.
    enum Hindrance: String, Sendable, Hashable {
        case notRemembered = "the service does not remember commands"
        case windowOver = "the service may not remember it any more"
        case restarted = "the service was restarted"
        case unknownStart = "it may have reached another start of the service"
    }

    /// What is to be done now.
    func decide(_ peer: Peer, now: ContinuousClock.Instant) -> Decision {
        guard let memory = peer.memory else { return .wait }
        guard let window = memory.window, window > .zero else { return .never(.notRemembered) }
        let deadline =
            hasDeadline && memory.keepsDeadlines
            ? now.saturating(adding: .longest)
            : firstSent.saturating(adding: window.saturated - Self.margin(peer.deliveryTime, window))
        guard now < deadline else { return .never(.windowOver) }
        let isOnFirstConnection = peer.connection == connection
        if !isOnFirstConnection, let epoch, let present = peer.presentEpoch, epoch != present {
            return .never(.restarted)
        }
        guard peer.connection != nil, let proven = peer.provenEpoch, proven == memory.epoch else { return .wait }
        if isOnFirstConnection || epoch == proven { return .again(before: deadline) }
        return .never(epoch == nil ? .unknownStart : .restarted)
    }

    /// How long before the end of the window the last repetition is sent: it has to arrive before, by a clock that may
    /// run a little faster.
    private static func margin(_ deliveryTime: Duration, _ window: Duration) -> Duration {
        deliveryTime.saturated + window.saturated / 100
    }
}

extension Repetition {
    /// The request goes out for the first time.
    init(_ request: PendingRequests.Waiting, firstSent: ContinuousClock.Instant, connection: Int, epoch: Int?) {
        self.init(firstSent: firstSent, connection: connection, epoch: epoch, hasDeadline: request.deadline != nil)
    }
}
