// The kinds of release 0.12.0 (`protocol/autotrainer-0.12.0.json`, `ApiEventKind`), by theme.

// MARK: - Emergency stop and resume

extension ApiEventKind {
    /// Everything was stopped at once. Published on the topics EMERGENCY and EVENT.
    public static let emergencyStop = ApiEventKind(rawValue: 101)
    /// An emergency stop ended. Published on the topics EMERGENCY and EVENT.
    public static let emergencyResume = ApiEventKind(rawValue: 102)
}

// MARK: - The application and its project

extension ApiEventKind {
    /// The application came up.
    public static let applicationLaunched = ApiEventKind(rawValue: 201)
    /// The application is about to end.
    public static let applicationTerminating = ApiEventKind(rawValue: 202)
    /// The application went into another mode.
    public static let applicationModeChanged = ApiEventKind(rawValue: 301)
    /// The calibration of the device's coordinates succeeded.
    public static let calibrationDcsCompleted = ApiEventKind(rawValue: 311)
    /// The calibration of the device's coordinates failed.
    public static let calibrationDcsFailed = ApiEventKind(rawValue: 312)
    /// The three-dimensional calibration succeeded.
    public static let calibration3dCompleted = ApiEventKind(rawValue: 321)
    /// The three-dimensional calibration failed.
    public static let calibration3dFailed = ApiEventKind(rawValue: 322)
    /// A setting got another value.
    public static let propertyChanged = ApiEventKind(rawValue: 501)
    /// The whole status, as GET_STATUS reports it.
    public static let systemStatus = ApiEventKind(rawValue: 601)
    /// The recordings go to another project.
    public static let projectChanged = ApiEventKind(rawValue: 701)
    /// The recordings of the project go to another trial.
    public static let projectTrialChanged = ApiEventKind(rawValue: 702)
}

// MARK: - The algorithm

extension ApiEventKind {
    /// The algorithm paused.
    public static let algorithmPause = ApiEventKind(rawValue: 1001)
    /// The algorithm went on after a pause.
    public static let algorithmResume = ApiEventKind(rawValue: 1002)
}

// MARK: - The tunnel, its gate and its fan

extension ApiEventKind {
    /// The animal entered the tunnel.
    public static let tunnelEnter = ApiEventKind(rawValue: 1101)
    /// The animal left the tunnel.
    public static let tunnelExit = ApiEventKind(rawValue: 1102)
    /// The tunnel's gate begins to open.
    public static let tunnelGateOpenBegin = ApiEventKind(rawValue: 1230)
    /// The tunnel's gate is open.
    public static let tunnelGateOpenEnd = ApiEventKind(rawValue: 1231)
    /// The tunnel's gate begins to close.
    public static let tunnelGateCloseBegin = ApiEventKind(rawValue: 1232)
    /// The tunnel's gate is closed.
    public static let tunnelGateCloseEnd = ApiEventKind(rawValue: 1233)
    /// The tunnel's fan is being switched on.
    public static let tunnelFanOnBegin = ApiEventKind(rawValue: 1235)
    /// The tunnel's fan is on.
    public static let tunnelFanOnEnd = ApiEventKind(rawValue: 1236)
    /// The tunnel's fan is being switched off.
    public static let tunnelFanOffBegin = ApiEventKind(rawValue: 1237)
    /// The tunnel's fan is off.
    public static let tunnelFanOffEnd = ApiEventKind(rawValue: 1238)
}

// MARK: - The pellet device

extension ApiEventKind {
    /// The loading of a pellet began.
    public static let pelletLoadBegin = ApiEventKind(rawValue: 1202)
    /// The loading of a pellet ended.
    public static let pelletLoadEnd = ApiEventKind(rawValue: 1203)
    /// The way of a pellet to the animal began.
    public static let pelletSendBegin = ApiEventKind(rawValue: 1205)
    /// The way of a pellet to the animal ended.
    public static let pelletSendEnd = ApiEventKind(rawValue: 1206)
    /// The covering of the pellet began.
    public static let pelletCoverBegin = ApiEventKind(rawValue: 1208)
    /// The covering of the pellet ended.
    public static let pelletCoverEnd = ApiEventKind(rawValue: 1209)
    /// The release of the pellet began.
    public static let pelletReleaseBegin = ApiEventKind(rawValue: 1211)
    /// The release of the pellet ended.
    public static let pelletReleaseEnd = ApiEventKind(rawValue: 1212)
    /// The pellet device's way to its home position began.
    public static let pelletHomeBegin = ApiEventKind(rawValue: 1214)
    /// The pellet device's way to its home position ended.
    public static let pelletHomeEnd = ApiEventKind(rawValue: 1215)
    /// The retraction of the pellet began.
    public static let pelletRetractBegin = ApiEventKind(rawValue: 1220)
    /// The retraction of the pellet ended.
    public static let pelletRetractEnd = ApiEventKind(rawValue: 1221)
    /// The pellet device found its home position anew.
    public static let pelletHomeReset = ApiEventKind(rawValue: 1222)
    /// The pellet device's drift was set back.
    public static let pelletDriftReset = ApiEventKind(rawValue: 1223)
}

// MARK: - Sessions, trials and batches

extension ApiEventKind {
    /// A session started.
    public static let sessionStarted = ApiEventKind(rawValue: 1331)
    /// A session ended.
    public static let sessionEnded = ApiEventKind(rawValue: 1332)
    /// A trial started.
    public static let trialStarted = ApiEventKind(rawValue: 1301)
    /// The recording of a trial ended; its analysis may follow.
    public static let trialCaptureEnded = ApiEventKind(rawValue: 1305)
    /// A trial ended, with its result.
    public static let trialEnded = ApiEventKind(rawValue: 1311)
    /// The analysis of a batch of trials started.
    public static let batchAnalysisStarted = ApiEventKind(rawValue: 1321)
    /// The analysis of a batch of trials ended.
    public static let batchAnalysisEnded = ApiEventKind(rawValue: 1322)
    /// The animal was seen in a trial.
    public static let trialAnimalSeen = ApiEventKind(rawValue: 1501)
    /// The animal's right hand was seen in a trial.
    public static let trialRightHandSeen = ApiEventKind(rawValue: 1502)
    /// A pellet was seen in a trial.
    public static let trialPelletSeen = ApiEventKind(rawValue: 1503)
    /// A pellet was presented in a trial.
    public static let trialPelletPresented = ApiEventKind(rawValue: 1901)
    /// The reaches that were found in a trial.
    public static let trialReachEvents = ApiEventKind(rawValue: 1911)
}

// MARK: - The fixation of the head

extension ApiEventKind {
    /// The load cell of the head fixation was switched on or off.
    public static let headfixLoadCellEnabledChanged = ApiEventKind(rawValue: 1401)
    /// The load cell of the head fixation was switched between two sessions.
    public static let headfixLoadCellChangedInIntersession = ApiEventKind(rawValue: 1405)
    /// The load cell of the head fixation was switched in a state that does not allow it.
    public static let headfixLoadCellChangedWrongState = ApiEventKind(rawValue: 1406)
    /// The load cell of the head fixation tared itself.
    public static let headfixAutoTare = ApiEventKind(rawValue: 1411)
    /// The force detector of the head fixation was switched on or off.
    public static let headFixationForceDetectorChanged = ApiEventKind(rawValue: 1421)
    /// The baseline of the head fixation's magnet changed.
    public static let headfixBaselineChanged = ApiEventKind(rawValue: 1601)
}

// MARK: - The automatic clamp

extension ApiEventKind {
    /// The automatic clamp was switched on or off.
    public static let autoClampEnabledChanged = ApiEventKind(rawValue: 1611)
    /// The automatic clamp got another intensity.
    public static let autoClampIntensityChanged = ApiEventKind(rawValue: 1612)
    /// The tone before the clamp's release got another frequency.
    public static let autoClampReleaseToneFreqChanged = ApiEventKind(rawValue: 1613)
    /// The delay of the clamp's release changed.
    public static let autoClampReleaseDelayChanged = ApiEventKind(rawValue: 1614)
    /// The automatic clamp closed.
    public static let autoClampEngaged = ApiEventKind(rawValue: 1621)
    /// The automatic clamp is about to open.
    public static let autoClampPreDisengage = ApiEventKind(rawValue: 1622)
    /// The tone before the clamp's release is played.
    public static let autoClampPlayReleaseTone = ApiEventKind(rawValue: 1623)
    /// The automatic clamp opened.
    public static let autoClampDisengaged = ApiEventKind(rawValue: 1624)
}

// MARK: - The analysis between two trials

extension ApiEventKind {
    /// The segmentation after a trial began.
    public static let intertrialSegmentationBegin = ApiEventKind(rawValue: 1701)
    /// The segmentation after a trial ended.
    public static let intertrialSegmentationEnd = ApiEventKind(rawValue: 1702)
    /// The segmentation after a trial failed.
    public static let intertrialSegmentationError = ApiEventKind(rawValue: 1703)
    /// The segmentation after a trial was saved.
    public static let intertrialSegmentationSave = ApiEventKind(rawValue: 1704)
    /// The segmentation after a trial could not be saved.
    public static let intertrialSegmentationSaveError = ApiEventKind(rawValue: 1705)
    /// The detection after a trial began.
    public static let intertrialDetectionBegin = ApiEventKind(rawValue: 1711)
    /// The detection after a trial ended.
    public static let intertrialDetectionEnd = ApiEventKind(rawValue: 1712)
    /// The detection after a trial failed.
    public static let intertrialDetectionError = ApiEventKind(rawValue: 1713)
    /// The detection after a trial was saved.
    public static let intertrialDetectionSave = ApiEventKind(rawValue: 1714)
    /// The detection after a trial could not be saved.
    public static let intertrialDetectionSaveError = ApiEventKind(rawValue: 1715)
    /// What the analysis after a trial found.
    public static let intertrialResponse = ApiEventKind(rawValue: 1720)
    /// The pellet's position was shifted after a trial.
    public static let intertrialPelletShift = ApiEventKind(rawValue: 1921)
}

// MARK: - Counts of pellets and reaches

extension ApiEventKind {
    /// The number of pellets presented changed.
    public static let pelletPresentedCountChanged = ApiEventKind(rawValue: 1800)
    /// The number of pellets eaten changed.
    public static let pelletConsumedCountChanged = ApiEventKind(rawValue: 1802)
    /// The number of reaches changed.
    public static let reachCountChanged = ApiEventKind(rawValue: 1803)
    /// The number of successful reaches changed.
    public static let successfulReachesCountChanged = ApiEventKind(rawValue: 1804)
    /// A day of training started.
    public static let dayStarted = ApiEventKind(rawValue: 1811)
    /// The day's number of pellets presented changed.
    public static let dayPelletPresentedCountChanged = ApiEventKind(rawValue: 1812)
    /// The day's number of pellets eaten changed.
    public static let dayPelletConsumedCountChanged = ApiEventKind(rawValue: 1813)
    /// The day's number of reaches changed.
    public static let dayReachCountChanged = ApiEventKind(rawValue: 1814)
    /// The day's number of successful reaches changed.
    public static let daySuccessfulReachesCountChanged = ApiEventKind(rawValue: 1815)
}

// MARK: - The devices

extension ApiEventKind {
    /// A command was sent to a device.
    public static let deviceCommandSend = ApiEventKind(rawValue: 2001)
    /// A device acknowledged a command.
    public static let deviceCommandAcknowledge = ApiEventKind(rawValue: 2002)
    /// The load cell was engaged or let go.
    public static let loadCellEngagedChanged = ApiEventKind(rawValue: 4001)
    /// The pressure on the head bar was engaged or let go.
    public static let headbarPressureEngagedChanged = ApiEventKind(rawValue: 4011)
}

// MARK: - Training mode, plan and phase

extension ApiEventKind {
    /// The training went into another mode.
    public static let trainingModeChanged = ApiEventKind(rawValue: 5001)
    /// A training plan was loaded.
    public static let trainingPlanLoad = ApiEventKind(rawValue: 5101)
    /// A phase of the training plan began.
    public static let trainingPhaseEnter = ApiEventKind(rawValue: 5201)
    /// A phase of the training plan ended.
    public static let trainingPhaseExit = ApiEventKind(rawValue: 5202)
    /// A phase of the training plan made progress.
    public static let trainingProgressUpdate = ApiEventKind(rawValue: 5501)
}

// MARK: - What a lab's own protocol reports

extension ApiEventKind {
    /// A lab's protocol reports something.
    public static let protocolEvent = ApiEventKind(rawValue: 5801)
    /// A lab's protocol reports something about its plan.
    public static let protocolPlanEvent = ApiEventKind(rawValue: 5811)
    /// A lab's protocol reports something about a phase.
    public static let protocolPhaseEvent = ApiEventKind(rawValue: 5821)
    /// A lab's protocol reports something about a predicate.
    public static let protocolPredicateEvent = ApiEventKind(rawValue: 5831)
    /// A lab's protocol reports something about an action.
    public static let protocolActionEvent = ApiEventKind(rawValue: 5841)
    /// A lab's protocol reports something about its progress.
    public static let protocolProgressEvent = ApiEventKind(rawValue: 5851)
}

// MARK: - Detectors and alarms

extension ApiEventKind {
    /// A detector's state changed.
    public static let detectorChanged = ApiEventKind(rawValue: 6001)
    /// An alarm's state changed.
    public static let alarmChanged = ApiEventKind(rawValue: 6501)
}

// MARK: - The animals

extension ApiEventKind {
    /// An animal was added.
    public static let animalCreated = ApiEventKind(rawValue: 7001)
    /// An animal's data changed.
    public static let animalUpdated = ApiEventKind(rawValue: 7002)
    /// Another animal was selected, or none.
    public static let animalSelected = ApiEventKind(rawValue: 7003)
}

// MARK: - No known kind

extension ApiEventKind {
    /// Something for which the protocol has no kind.
    public static let unknown = ApiEventKind(rawValue: 999999)
}

// MARK: - The table

extension ApiEventKind {
    /// In the order of the protocol's own list.
    static let current: [VocabularyEntry<ApiEventKind>] = [
        .init(.emergencyStop, "emergencyStop"),
        .init(.emergencyResume, "emergencyResume"),
        .init(.applicationLaunched, "applicationLaunched"),
        .init(.applicationTerminating, "applicationTerminating"),
        .init(.applicationModeChanged, "applicationModeChanged"),
        .init(.calibrationDcsCompleted, "calibrationDcsCompleted"),
        .init(.calibrationDcsFailed, "calibrationDcsFailed"),
        .init(.calibration3dCompleted, "calibration3dCompleted"),
        .init(.calibration3dFailed, "calibration3dFailed"),
        .init(.propertyChanged, "propertyChanged"),
        .init(.systemStatus, "systemStatus"),
        .init(.projectChanged, "projectChanged"),
        .init(.projectTrialChanged, "projectTrialChanged"),
        .init(.algorithmPause, "algorithmPause"),
        .init(.algorithmResume, "algorithmResume"),
        .init(.tunnelEnter, "tunnelEnter"),
        .init(.tunnelExit, "tunnelExit"),
        .init(.pelletLoadBegin, "pelletLoadBegin"),
        .init(.pelletLoadEnd, "pelletLoadEnd"),
        .init(.pelletSendBegin, "pelletSendBegin"),
        .init(.pelletSendEnd, "pelletSendEnd"),
        .init(.pelletCoverBegin, "pelletCoverBegin"),
        .init(.pelletCoverEnd, "pelletCoverEnd"),
        .init(.pelletReleaseBegin, "pelletReleaseBegin"),
        .init(.pelletReleaseEnd, "pelletReleaseEnd"),
        .init(.pelletHomeBegin, "pelletHomeBegin"),
        .init(.pelletHomeEnd, "pelletHomeEnd"),
        .init(.pelletRetractBegin, "pelletRetractBegin"),
        .init(.pelletRetractEnd, "pelletRetractEnd"),
        .init(.pelletHomeReset, "pelletHomeReset"),
        .init(.pelletDriftReset, "pelletDriftReset"),
        .init(.tunnelGateOpenBegin, "tunnelGateOpenBegin"),
        .init(.tunnelGateOpenEnd, "tunnelGateOpenEnd"),
        .init(.tunnelGateCloseBegin, "tunnelGateCloseBegin"),
        .init(.tunnelGateCloseEnd, "tunnelGateCloseEnd"),
        .init(.tunnelFanOnBegin, "tunnelFanOnBegin"),
        .init(.tunnelFanOnEnd, "tunnelFanOnEnd"),
        .init(.tunnelFanOffBegin, "tunnelFanOffBegin"),
        .init(.tunnelFanOffEnd, "tunnelFanOffEnd"),
        .init(.sessionStarted, "sessionStarted"),
        .init(.sessionEnded, "sessionEnded"),
        .init(.trialStarted, "trialStarted"),
        .init(.trialCaptureEnded, "trialCaptureEnded"),
        .init(.trialEnded, "trialEnded"),
        .init(.batchAnalysisStarted, "batchAnalysisStarted"),
        .init(.batchAnalysisEnded, "batchAnalysisEnded"),
        .init(.headfixLoadCellEnabledChanged, "headfixLoadCellEnabledChanged"),
        .init(.headfixLoadCellChangedInIntersession, "headfixLoadCellChangedInIntersession"),
        .init(.headfixLoadCellChangedWrongState, "headfixLoadCellChangedWrongState"),
        .init(.headfixAutoTare, "headfixAutoTare"),
        .init(.headFixationForceDetectorChanged, "headFixationForceDetectorChanged"),
        .init(.trialAnimalSeen, "trialAnimalSeen"),
        .init(.trialRightHandSeen, "trialRightHandSeen"),
        .init(.trialPelletSeen, "trialPelletSeen"),
        .init(.headfixBaselineChanged, "headfixBaselineChanged"),
        .init(.autoClampEnabledChanged, "autoClampEnabledChanged"),
        .init(.autoClampIntensityChanged, "autoClampIntensityChanged"),
        .init(.autoClampReleaseToneFreqChanged, "autoClampReleaseToneFreqChanged"),
        .init(.autoClampReleaseDelayChanged, "autoClampReleaseDelayChanged"),
        .init(.autoClampEngaged, "autoClampEngaged"),
        .init(.autoClampPreDisengage, "autoClampPreDisengage"),
        .init(.autoClampPlayReleaseTone, "autoClampPlayReleaseTone"),
        .init(.autoClampDisengaged, "autoClampDisengaged"),
        .init(.intertrialSegmentationBegin, "intertrialSegmentationBegin"),
        .init(.intertrialSegmentationEnd, "intertrialSegmentationEnd"),
        .init(.intertrialSegmentationError, "intertrialSegmentationError"),
        .init(.intertrialSegmentationSave, "intertrialSegmentationSave"),
        .init(.intertrialSegmentationSaveError, "intertrialSegmentationSaveError"),
        .init(.intertrialDetectionBegin, "intertrialDetectionBegin"),
        .init(.intertrialDetectionEnd, "intertrialDetectionEnd"),
        .init(.intertrialDetectionError, "intertrialDetectionError"),
        .init(.intertrialDetectionSave, "intertrialDetectionSave"),
        .init(.intertrialDetectionSaveError, "intertrialDetectionSaveError"),
        .init(.intertrialResponse, "intertrialResponse"),
        .init(.pelletPresentedCountChanged, "pelletPresentedCountChanged"),
        .init(.pelletConsumedCountChanged, "pelletConsumedCountChanged"),
        .init(.reachCountChanged, "reachCountChanged"),
        .init(.successfulReachesCountChanged, "successfulReachesCountChanged"),
        .init(.dayStarted, "dayStarted"),
        .init(.dayPelletPresentedCountChanged, "dayPelletPresentedCountChanged"),
        .init(.dayPelletConsumedCountChanged, "dayPelletConsumedCountChanged"),
        .init(.dayReachCountChanged, "dayReachCountChanged"),
        .init(.daySuccessfulReachesCountChanged, "daySuccessfulReachesCountChanged"),
        .init(.trialPelletPresented, "trialPelletPresented"),
        .init(.trialReachEvents, "trialReachEvents"),
        .init(.intertrialPelletShift, "intertrialPelletShift"),
        .init(.deviceCommandSend, "deviceCommandSend"),
        .init(.deviceCommandAcknowledge, "deviceCommandAcknowledge"),
        .init(.loadCellEngagedChanged, "loadCellEngagedChanged"),
        .init(.headbarPressureEngagedChanged, "headbarPressureEngagedChanged"),
        .init(.trainingModeChanged, "trainingModeChanged"),
        .init(.trainingPlanLoad, "trainingPlanLoad"),
        .init(.trainingPhaseEnter, "trainingPhaseEnter"),
        .init(.trainingPhaseExit, "trainingPhaseExit"),
        .init(.trainingProgressUpdate, "trainingProgressUpdate"),
        .init(.protocolEvent, "protocolEvent"),
        .init(.protocolPlanEvent, "protocolPlanEvent"),
        .init(.protocolPhaseEvent, "protocolPhaseEvent"),
        .init(.protocolPredicateEvent, "protocolPredicateEvent"),
        .init(.protocolActionEvent, "protocolActionEvent"),
        .init(.protocolProgressEvent, "protocolProgressEvent"),
        .init(.detectorChanged, "detectorChanged"),
        .init(.alarmChanged, "alarmChanged"),
        .init(.animalCreated, "animalCreated"),
        .init(.animalUpdated, "animalUpdated"),
        .init(.animalSelected, "animalSelected"),
        .init(.unknown, "unknown"),
    ]
}
