// The automatic clamp: each kind with its payload.

extension ApiEventType where Payload == IsEnabledContext {
    /// The automatic clamp was switched on or off.
    public static var autoClampEnabledChanged: Self { Self(.autoClampEnabledChanged) }
}

extension ApiEventType where Payload == IntensityContext {
    /// The automatic clamp got another intensity.
    public static var autoClampIntensityChanged: Self { Self(.autoClampIntensityChanged) }
    /// The automatic clamp closed.
    public static var autoClampEngaged: Self { Self(.autoClampEngaged) }
    /// The automatic clamp is about to open.
    public static var autoClampPreDisengage: Self { Self(.autoClampPreDisengage) }
    /// The automatic clamp opened.
    public static var autoClampDisengaged: Self { Self(.autoClampDisengaged) }
}

extension ApiEventType where Payload == FrequencyContext {
    /// The tone before the clamp's release got another frequency.
    public static var autoClampReleaseToneFreqChanged: Self { Self(.autoClampReleaseToneFreqChanged) }
}

extension ApiEventType where Payload == DelayContext {
    /// The delay of the clamp's release changed.
    public static var autoClampReleaseDelayChanged: Self { Self(.autoClampReleaseDelayChanged) }
}

extension ApiEventType where Payload == ReleaseToneContext {
    /// The tone before the clamp's release is played.
    public static var autoClampPlayReleaseTone: Self { Self(.autoClampPlayReleaseTone) }
}
