// Emergency stop and resume: each kind with its payload.

extension ApiEventType where Payload == EmergencyStopContext {
    /// Everything was stopped at once. Published on the topics EMERGENCY and EVENT.
    public static var emergencyStop: Self { Self(.emergencyStop) }
}

extension ApiEventType where Payload == EmergencyResumeContext {
    /// An emergency stop ended. Published on the topics EMERGENCY and EVENT.
    public static var emergencyResume: Self { Self(.emergencyResume) }
}
