import AcquisitionModel
import Synchronization

/// When a command may begin.
enum StartTime: Sendable, Hashable {
    case any
    case before(ContinuousClock.Instant)
    /// Not any more.
    case over

    /// Until when; nil for any time.
    var end: ContinuousClock.Instant? {
        if case .before(let end) = self { end } else { nil }
    }
}

/// The service's own time: which start it is, and how old that is, by a clock that nobody sets.
///
/// The clock goes on while the machine sleeps, or the process is stopped. It does not go on for a virtual machine that is
/// paused by its host.
final class ServiceTime: Sendable {
    private let start = Atomic(0)
    /// In nanoseconds after ``origin``.
    private let began = Atomic<Int64>(0)
    private let origin = ContinuousClock.now

    /// The service is started: from here on, its age counts.
    func begin() {
        start.store(EventCounter.nanoseconds(), ordering: .relaxed)
        began.store(Int64((.now - origin) / .nanoseconds(1)), ordering: .relaxed)
    }

    /// When the service was started, in nanoseconds since 1970: what tells one start from another.
    var epoch: Int { start.load(ordering: .relaxed) }

    /// For how many milliseconds the service has been running.
    func uptime(at now: ContinuousClock.Instant) -> Int { max(0, Int((now - beginning) / .milliseconds(1))) }

    /// When a command with this deadline may begin.
    func start(before deadline: RequestDeadline, now: ContinuousClock.Instant) -> StartTime {
        guard deadline.epoch == epoch else { return .over }
        let end = beginning.saturating(adding: Self.milliseconds(deadline.uptime))
        return now < end ? .before(end) : .over
    }

    private var beginning: ContinuousClock.Instant {
        origin.advanced(by: .nanoseconds(began.load(ordering: .relaxed)))
    }

    /// A count of milliseconds that a peer gives, as a duration that can be calculated with.
    private static func milliseconds(_ count: Int) -> Duration {
        .milliseconds(min(max(0, count), Int(Duration.longest / .milliseconds(1))))
    }
}

extension RequestDeadline {
    /// Why a command is not carried out.
    var refusal: String {
        isQuestion
            ? "The command was not run: it does not say until when it may begin (rule: deadline)"
            : "The command was not run: it came after its client had stopped waiting, or was meant for an earlier start of "
                + "the service (rule: deadline)"
    }
}
