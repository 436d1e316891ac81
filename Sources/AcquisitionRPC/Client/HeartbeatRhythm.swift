/// The interval of heartbeats, learnt from the times at which they arrive by the receiver's own clock: the sender's may be
/// set while it runs.
///
/// The longest of the last gaps is the interval. What is no rhythm is left out: heartbeats in quick succession, which
/// a sender that was held up sends to make up for it, or a network that held them up; and a gap across a silence, unless
/// the next one is like it.
struct HeartbeatRhythm: Sendable {
    private(set) var interval: Duration
    /// What to believe of the first gaps.
    private let expected: Duration
    /// The last gaps that count, the newest last.
    private var gaps: [Duration] = []
    /// Gaps that were too short to count, since the last that was not: how much they add up to, and the longest.
    private var quick = (sum: Duration.zero, longest: Duration.zero)
    /// A gap across a silence, which counts if the next one is like it.
    private var doubtful: Duration?

    private static let gapCount = 4
    /// Two messages of one moment; no gap at all.
    private static let moment: Duration = .milliseconds(1)
    /// A peer whose heartbeats come faster than this, or slower, is taken to send them so often.
    private static let possible: ClosedRange<Duration> = .milliseconds(50) ... .seconds(3600)

    /// - Parameter expected: the interval until the first gap is known.
    init(expected: Duration) {
        self.expected = min(max(expected, Self.possible.lowerBound), .longest)
        interval = self.expected
    }

    /// The next heartbeat comes from another start of the sender, or another sender, which may have another rhythm.
    mutating func startOver() {
        gaps = []
        quick = (.zero, .zero)
        doubtful = nil
    }

    /// A heartbeat came so long after the one before; `isAfterSilence` where it was not expected so late.
    mutating func learn(_ gap: Duration, isAfterSilence: Bool) {
        guard gap > Self.moment else { return }
        if isAfterSilence {
            guard isRhythm(gap) else { return }
        } else {
            doubtful = nil
        }
        if !gaps.isEmpty, gap < interval / 4 {
            quick = (quick.sum + gap, max(quick.longest, gap))
            // A few at once are none; as many as fill the time of what was the rhythm are another one.
            guard quick.sum >= interval * Self.gapCount else { return }
            gaps = [quick.longest]
        } else {
            gaps = gaps.suffix(Self.gapCount - 1) + [gap]
        }
        quick = (.zero, .zero)
        interval = min(max(gaps.max() ?? gap, Self.possible.lowerBound), Self.possible.upperBound)
    }

    /// Whether a gap across a silence counts: one of the first, if it is not longer than expected, since those before
    /// may have been no rhythm; and one that is like the last such gap.
    private mutating func isRhythm(_ gap: Duration) -> Bool {
        if gaps.count < Self.gapCount, gap <= expected { return true }
        defer { doubtful = gap }
        guard let doubtful else { return false }
        return gap >= doubtful / 2 && gap <= doubtful * 2
    }
}
