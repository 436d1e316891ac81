// Training mode, plan and phase: each kind with its payload.

extension ApiEventType where Payload == TrainingModeContext {
    /// The training went into another mode.
    public static var trainingModeChanged: Self { Self(.trainingModeChanged) }
}

extension ApiEventType where Payload == TrainingPlanContext {
    /// A training plan was loaded.
    public static var trainingPlanLoad: Self { Self(.trainingPlanLoad) }
}

extension ApiEventType where Payload == TrainingPhaseContext {
    /// A phase of the training plan began.
    public static var trainingPhaseEnter: Self { Self(.trainingPhaseEnter) }
    /// A phase of the training plan ended.
    public static var trainingPhaseExit: Self { Self(.trainingPhaseExit) }
    /// A phase of the training plan made progress.
    public static var trainingProgressUpdate: Self { Self(.trainingProgressUpdate) }
}
