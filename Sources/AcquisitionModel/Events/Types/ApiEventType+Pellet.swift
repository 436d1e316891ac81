// The pellet device: each kind with its payload.

extension ApiEventType where Payload == CommandContext {
    /// The loading of a pellet began.
    public static var pelletLoadBegin: Self { Self(.pelletLoadBegin) }
    /// The loading of a pellet ended.
    public static var pelletLoadEnd: Self { Self(.pelletLoadEnd) }
    /// The way of a pellet to the animal began.
    public static var pelletSendBegin: Self { Self(.pelletSendBegin) }
    /// The way of a pellet to the animal ended.
    public static var pelletSendEnd: Self { Self(.pelletSendEnd) }
    /// The covering of the pellet began.
    public static var pelletCoverBegin: Self { Self(.pelletCoverBegin) }
    /// The covering of the pellet ended.
    public static var pelletCoverEnd: Self { Self(.pelletCoverEnd) }
    /// The release of the pellet began.
    public static var pelletReleaseBegin: Self { Self(.pelletReleaseBegin) }
    /// The release of the pellet ended.
    public static var pelletReleaseEnd: Self { Self(.pelletReleaseEnd) }
    /// The pellet device's way to its home position began.
    public static var pelletHomeBegin: Self { Self(.pelletHomeBegin) }
    /// The pellet device's way to its home position ended.
    public static var pelletHomeEnd: Self { Self(.pelletHomeEnd) }
    /// The retraction of the pellet began.
    public static var pelletRetractBegin: Self { Self(.pelletRetractBegin) }
    /// The retraction of the pellet ended.
    public static var pelletRetractEnd: Self { Self(.pelletRetractEnd) }
}

extension ApiEventType where Payload == PelletHomeResetContext {
    /// The pellet device found its home position anew.
    public static var pelletHomeReset: Self { Self(.pelletHomeReset) }
}

extension ApiEventType where Payload == PelletDriftResetContext {
    /// The pellet device's drift was set back.
    public static var pelletDriftReset: Self { Self(.pelletDriftReset) }
}
