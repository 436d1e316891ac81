// Sessions, trials and batches: each kind with its payload.

extension ApiEventType where Payload == SessionStartedContext {
    /// A session started.
    public static var sessionStarted: Self { Self(.sessionStarted) }
}

extension ApiEventType where Payload == SessionEndedContext {
    /// A session ended.
    public static var sessionEnded: Self { Self(.sessionEnded) }
}

extension ApiEventType where Payload == TrialStartedContext {
    /// A trial started.
    public static var trialStarted: Self { Self(.trialStarted) }
}

extension ApiEventType where Payload == SessionTrialContext {
    /// The recording of a trial ended; its analysis may follow.
    public static var trialCaptureEnded: Self { Self(.trialCaptureEnded) }
    /// A pellet was presented in a trial.
    public static var trialPelletPresented: Self { Self(.trialPelletPresented) }
}

extension ApiEventType where Payload == TrialEndedContext {
    /// A trial ended, with its result.
    public static var trialEnded: Self { Self(.trialEnded) }
}

extension ApiEventType where Payload == BatchAnalysisStartedContext {
    /// The analysis of a batch of trials started.
    public static var batchAnalysisStarted: Self { Self(.batchAnalysisStarted) }
}

extension ApiEventType where Payload == BatchAnalysisEndedContext {
    /// The analysis of a batch of trials ended.
    public static var batchAnalysisEnded: Self { Self(.batchAnalysisEnded) }
}

extension ApiEventType where Payload == TrialSeenContext {
    /// The animal was seen in a trial.
    public static var trialAnimalSeen: Self { Self(.trialAnimalSeen) }
    /// The animal's right hand was seen in a trial.
    public static var trialRightHandSeen: Self { Self(.trialRightHandSeen) }
    /// A pellet was seen in a trial.
    public static var trialPelletSeen: Self { Self(.trialPelletSeen) }
}

extension ApiEventType where Payload == TrialReachEventsContext {
    /// The reaches that were found in a trial.
    public static var trialReachEvents: Self { Self(.trialReachEvents) }
}
