// The devices: each kind with its payload.

extension ApiEventType where Payload == CommandContext {
    /// A command was sent to a device.
    public static var deviceCommandSend: Self { Self(.deviceCommandSend) }
    /// A device acknowledged a command.
    public static var deviceCommandAcknowledge: Self { Self(.deviceCommandAcknowledge) }
}

extension ApiEventType where Payload == IsEngagedContext {
    /// The load cell was engaged or let go.
    public static var loadCellEngagedChanged: Self { Self(.loadCellEngagedChanged) }
    /// The pressure on the head bar was engaged or let go.
    public static var headbarPressureEngagedChanged: Self { Self(.headbarPressureEngagedChanged) }
}
