// Counts of pellets and reaches: each kind with its payload.

extension ApiEventType where Payload == CountChangeContext {
    /// The number of pellets presented changed.
    public static var pelletPresentedCountChanged: Self { Self(.pelletPresentedCountChanged) }
    /// The number of pellets eaten changed.
    public static var pelletConsumedCountChanged: Self { Self(.pelletConsumedCountChanged) }
    /// The number of reaches changed.
    public static var reachCountChanged: Self { Self(.reachCountChanged) }
    /// The number of successful reaches changed.
    public static var successfulReachesCountChanged: Self { Self(.successfulReachesCountChanged) }
    /// The day's number of pellets presented changed.
    public static var dayPelletPresentedCountChanged: Self { Self(.dayPelletPresentedCountChanged) }
    /// The day's number of pellets eaten changed.
    public static var dayPelletConsumedCountChanged: Self { Self(.dayPelletConsumedCountChanged) }
    /// The day's number of reaches changed.
    public static var dayReachCountChanged: Self { Self(.dayReachCountChanged) }
    /// The day's number of successful reaches changed.
    public static var daySuccessfulReachesCountChanged: Self { Self(.daySuccessfulReachesCountChanged) }
}

extension ApiEventType where Payload == DayStartedContext {
    /// A day of training started.
    public static var dayStarted: Self { Self(.dayStarted) }
}
