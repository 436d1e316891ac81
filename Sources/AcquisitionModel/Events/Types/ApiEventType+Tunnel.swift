// The tunnel, its gate and its fan: each kind with its payload.

extension ApiEventType where Payload == NoContext {
    /// The animal entered the tunnel.
    public static var tunnelEnter: Self { Self(.tunnelEnter) }
    /// The animal left the tunnel.
    public static var tunnelExit: Self { Self(.tunnelExit) }
}

extension ApiEventType where Payload == CommandContext {
    /// The tunnel's gate begins to open.
    public static var tunnelGateOpenBegin: Self { Self(.tunnelGateOpenBegin) }
    /// The tunnel's gate is open.
    public static var tunnelGateOpenEnd: Self { Self(.tunnelGateOpenEnd) }
    /// The tunnel's gate begins to close.
    public static var tunnelGateCloseBegin: Self { Self(.tunnelGateCloseBegin) }
    /// The tunnel's gate is closed.
    public static var tunnelGateCloseEnd: Self { Self(.tunnelGateCloseEnd) }
    /// The tunnel's fan is being switched on.
    public static var tunnelFanOnBegin: Self { Self(.tunnelFanOnBegin) }
    /// The tunnel's fan is on.
    public static var tunnelFanOnEnd: Self { Self(.tunnelFanOnEnd) }
    /// The tunnel's fan is being switched off.
    public static var tunnelFanOffBegin: Self { Self(.tunnelFanOffBegin) }
    /// The tunnel's fan is off.
    public static var tunnelFanOffEnd: Self { Self(.tunnelFanOffEnd) }
}
