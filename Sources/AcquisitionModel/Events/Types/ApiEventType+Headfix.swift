// The fixation of the head: each kind with its payload.

extension ApiEventType where Payload == IsEnabledContext {
    /// The load cell of the head fixation was switched on or off.
    public static var headfixLoadCellEnabledChanged: Self { Self(.headfixLoadCellEnabledChanged) }
    /// The load cell of the head fixation was switched between two sessions.
    public static var headfixLoadCellChangedInIntersession: Self { Self(.headfixLoadCellChangedInIntersession) }
    /// The load cell of the head fixation was switched in a state that does not allow it.
    public static var headfixLoadCellChangedWrongState: Self { Self(.headfixLoadCellChangedWrongState) }
    /// The force detector of the head fixation was switched on or off.
    public static var headFixationForceDetectorChanged: Self { Self(.headFixationForceDetectorChanged) }
}

extension ApiEventType where Payload == NoContext {
    /// The load cell of the head fixation tared itself.
    public static var headfixAutoTare: Self { Self(.headfixAutoTare) }
}

extension ApiEventType where Payload == BaselineContext {
    /// The baseline of the head fixation's magnet changed.
    public static var headfixBaselineChanged: Self { Self(.headfixBaselineChanged) }
}
