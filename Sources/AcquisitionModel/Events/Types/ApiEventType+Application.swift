// The application and its project: each kind with its payload.

extension ApiEventType where Payload == VersionContext {
    /// The application came up.
    public static var applicationLaunched: Self { Self(.applicationLaunched) }
}

extension ApiEventType where Payload == ReasonContext {
    /// The application is about to end.
    public static var applicationTerminating: Self { Self(.applicationTerminating) }
    /// The calibration of the device's coordinates failed.
    public static var calibrationDcsFailed: Self { Self(.calibrationDcsFailed) }
    /// The three-dimensional calibration failed.
    public static var calibration3dFailed: Self { Self(.calibration3dFailed) }
}

extension ApiEventType where Payload == ApplicationModeContext {
    /// The application went into another mode.
    public static var applicationModeChanged: Self { Self(.applicationModeChanged) }
}

extension ApiEventType where Payload == NoContext {
    /// The calibration of the device's coordinates succeeded.
    public static var calibrationDcsCompleted: Self { Self(.calibrationDcsCompleted) }
    /// The three-dimensional calibration succeeded.
    public static var calibration3dCompleted: Self { Self(.calibration3dCompleted) }
}

extension ApiEventType where Payload == PropertyChangedContext {
    /// A setting got another value.
    public static var propertyChanged: Self { Self(.propertyChanged) }
}

extension ApiEventType where Payload == ApiSystemStatus {
    /// The whole status, as GET_STATUS reports it.
    public static var systemStatus: Self { Self(.systemStatus) }
}

extension ApiEventType where Payload == ProjectChangedContext {
    /// The recordings go to another project.
    public static var projectChanged: Self { Self(.projectChanged) }
}

extension ApiEventType where Payload == ProjectTrialChangedContext {
    /// The recordings of the project go to another trial.
    public static var projectTrialChanged: Self { Self(.projectTrialChanged) }
}
