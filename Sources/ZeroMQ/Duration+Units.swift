extension Duration {
    /// Milliseconds, rounded up so that a little is never nothing; nil beyond an `Int32`.
    var wholeMilliseconds: Int32? { whole(unitsPerSecond: 1000) }

    /// Seconds, rounded up; nil beyond an `Int32`.
    var wholeSeconds: Int32? { whole(unitsPerSecond: 1) }

    private func whole(unitsPerSecond: Int64) -> Int32? {
        let (seconds, attoseconds) = components
        let unit = 1_000_000_000_000_000_000 / unitsPerSecond
        let rest = attoseconds > 0 ? (attoseconds + unit - 1) / unit : attoseconds / unit
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: unitsPerSecond)
        return overflow ? nil : Int32(exactly: scaled.addingReportingOverflow(rest).partialValue)
    }
}
