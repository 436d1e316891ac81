extension Duration {
    /// As long as for ever: a century. Every duration that a caller or a peer gives is brought within this before it is
    /// added, multiplied or waited for. The arithmetic of the standard library traps where a value does not fit, and
    /// `Task.sleep` counts in 64-bit nanoseconds, which end after 292 years.
    package static let longest: Duration = .seconds(100 * 365 * 86_400)

    /// The duration, a century at most in either direction.
    package var saturated: Duration { min(max(self, .zero - .longest), .longest) }

    /// `seconds`, a century at most in either direction, infinities too; nil for NaN, which is no number of seconds.
    package init?(saturatingSeconds seconds: Double) {
        guard !seconds.isNaN else { return nil }
        let limit = Double(Self.longest.components.seconds)
        self = .seconds(min(max(seconds, -limit), limit))
    }

    /// The product, a century at most in either direction.
    package func saturating(multipliedBy factor: Int) -> Duration {
        // A century in attoseconds times the largest integer does not fit in 128 bits; as seconds it is near enough.
        let small = saturated
        let product = (small / .seconds(1)) * Double(factor)
        let limit = Double(Self.longest.components.seconds)
        guard abs(product) < limit else { return product < 0 ? .zero - .longest : .longest }
        return small * factor
    }
}

extension ContinuousClock.Instant {
    /// The instant `duration` after this one, a century later or earlier at most.
    package func saturating(adding duration: Duration) -> Self { advanced(by: duration.saturated) }
}
