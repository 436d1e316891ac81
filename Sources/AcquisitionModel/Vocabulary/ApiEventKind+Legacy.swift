// The kinds of release 0.9.7 (`protocol/autotrainer-0.9.7.json`, `ApiEventKind`).

extension ApiEventKind.Legacy {
    /// The acquisition started. 0.12.0 has ``ApiEventKind/applicationModeChanged`` under this number.
    public static let acquisitionStarted = ApiEventKind(rawValue: 301)
    /// The acquisition ended.
    public static let acquisitionEnded = ApiEventKind(rawValue: 305)
    /// The calibration of the device's coordinates started.
    public static let calibrationDcsStarted = ApiEventKind(rawValue: 310)
    /// The calibration of the device's coordinates ended.
    public static let calibrationDcsEnded = ApiEventKind(rawValue: 315)
    /// The three-dimensional calibration started.
    public static let calibration3dStarted = ApiEventKind(rawValue: 320)
    /// The three-dimensional calibration ended.
    public static let calibration3dEnded = ApiEventKind(rawValue: 325)
    /// A pellet can be loaded.
    public static let pelletLoadCan = ApiEventKind(rawValue: 1201)
    /// A pellet can be sent to the animal.
    public static let pelletSendCan = ApiEventKind(rawValue: 1204)
    /// The pellet can be covered.
    public static let pelletCoverCan = ApiEventKind(rawValue: 1207)
    /// The pellet can be released.
    public static let pelletReleaseCan = ApiEventKind(rawValue: 1210)
    /// The pellet device can go to its home position.
    public static let pelletHomeCan = ApiEventKind(rawValue: 1213)
    /// The step before the pellet's release can be taken.
    public static let pelletPrereleaseCan = ApiEventKind(rawValue: 1216)
    /// The step before the pellet's release began.
    public static let pelletPrereleaseBegin = ApiEventKind(rawValue: 1217)
    /// The step before the pellet's release ended.
    public static let pelletPrereleaseEnd = ApiEventKind(rawValue: 1218)
    /// The pellet device acknowledged a token.
    public static let pelletAcknowledgeToken = ApiEventKind(rawValue: 1298)
    /// A token came from outside.
    public static let pelletExternalToken = ApiEventKind(rawValue: 1299)
    /// A session is about to start.
    public static let sessionStarting = ApiEventKind(rawValue: 1301)
    /// A session started.
    public static let sessionStarted = ApiEventKind(rawValue: 1302)
    /// A session is about to end.
    public static let sessionEnding = ApiEventKind(rawValue: 1303)
    /// A session ended.
    public static let sessionEnded = ApiEventKind(rawValue: 1304)
    /// The session's number of pellets went up.
    public static let sessionPelletIncrease = ApiEventKind(rawValue: 1311)
    /// The session's number of pellets went down.
    public static let sessionPelletDecrease = ApiEventKind(rawValue: 1312)
    /// The animal was seen in a session.
    public static let sessionMouseSeen = ApiEventKind(rawValue: 1321)
    /// A day of training started.
    public static let dayStarted = ApiEventKind(rawValue: 1401)
    /// The day's number of pellets went up.
    public static let dayIncreasePellet = ApiEventKind(rawValue: 1411)
    /// The day's number of pellets went down.
    public static let dayDecreasePellet = ApiEventKind(rawValue: 1412)
    /// A pellet was seen.
    public static let pelletSeen = ApiEventKind(rawValue: 1501)
    /// A pellet was presented.
    public static let pelletPresented = ApiEventKind(rawValue: 1502)
    /// The animal reached a pellet.
    public static let pelletSuccessfulReach = ApiEventKind(rawValue: 1503)
    /// The triangle was seen.
    public static let triangleSeen = ApiEventKind(rawValue: 1550)
    /// The load cell of the head fixation changed.
    public static let headfixLoadCellChanged = ApiEventKind(rawValue: 1602)
    /// The load cell of the head fixation changed between two sessions.
    public static let headfixLoadCellChangedInIntersession = ApiEventKind(rawValue: 1603)
    /// The load cell of the head fixation changed in a state that does not allow it.
    public static let headfixLoadCellChangedWrongState = ApiEventKind(rawValue: 1604)
    /// The load cell of the head fixation tared itself.
    public static let headfixAutoTare = ApiEventKind(rawValue: 1611)
    /// The automatic clamp got another intensity.
    public static let autoClampIntensityChanged = ApiEventKind(rawValue: 1621)
    /// The tone before the clamp's release got another frequency.
    public static let autoClampReleaseToneFreqChanged = ApiEventKind(rawValue: 1622)
    /// The delay of the clamp's release changed.
    public static let autoClampReleaseDelayChanged = ApiEventKind(rawValue: 1623)
    /// The segmentation after a session can begin.
    public static let intersessionSegmentationCan = ApiEventKind(rawValue: 1701)
    /// The segmentation after a session began.
    public static let intersessionSegmentationBegin = ApiEventKind(rawValue: 1702)
    /// The segmentation after a session ended.
    public static let intersessionSegmentationEnd = ApiEventKind(rawValue: 1703)
    /// A segmentation came back for another session than the one asked for.
    public static let intersessionSegmentationNonceMismatch = ApiEventKind(rawValue: 1704)
    /// The segmentation after a session failed.
    public static let intersessionSegmentationError = ApiEventKind(rawValue: 1705)
    /// The segmentation after a session was saved.
    public static let intersessionSegmentationSave = ApiEventKind(rawValue: 1706)
    /// The segmentation after a session could not be saved.
    public static let intersessionSegmentationSaveError = ApiEventKind(rawValue: 1707)
    /// The segmentation after a session got input that it cannot use.
    public static let intersessionSegmentationInputError = ApiEventKind(rawValue: 1708)
    /// The detection after a session can begin.
    public static let intersessionDetectionCan = ApiEventKind(rawValue: 1711)
    /// The detection after a session began.
    public static let intersessionDetectionBegin = ApiEventKind(rawValue: 1712)
    /// The detection after a session ended.
    public static let intersessionDetectionEnd = ApiEventKind(rawValue: 1713)
    /// A detection came back for another session than the one asked for.
    public static let intersessionDetectionNonceMismatch = ApiEventKind(rawValue: 1714)
    /// The detection after a session failed.
    public static let intersessionDetectionError = ApiEventKind(rawValue: 1715)
    /// The detection after a session was saved.
    public static let intersessionDetectionSave = ApiEventKind(rawValue: 1716)
    /// The detection after a session could not be saved.
    public static let intersessionDetectionSaveError = ApiEventKind(rawValue: 1717)
    /// The pellet's position was shifted along x after a session.
    public static let intersessionShiftX = ApiEventKind(rawValue: 1731)
    /// The pellet's position was shifted along y after a session.
    public static let intersessionShiftY = ApiEventKind(rawValue: 1732)
    /// The pellet's position was shifted along z after a session.
    public static let intersessionShiftZ = ApiEventKind(rawValue: 1733)
    /// The force detector of the head fixation changed.
    public static let headFixationForceDetectorChanged = ApiEventKind(rawValue: 1801)
    /// The head fixation was switched on or off.
    public static let headFixationEnabled = ApiEventKind(rawValue: 1802)
}

extension ApiEventKind {
    /// In the order of that release's own list.
    static let legacy: [VocabularyEntry<ApiEventKind>] = [
        .init(.emergencyStop, "emergencyStop"),
        .init(.emergencyResume, "emergencyResume"),
        .init(.applicationLaunched, "applicationLaunched"),
        .init(.applicationTerminating, "applicationTerminating"),
        .init(Legacy.acquisitionStarted, "acquisitionStarted"),
        .init(Legacy.acquisitionEnded, "acquisitionEnded"),
        .init(Legacy.calibrationDcsStarted, "calibrationDcsStarted"),
        .init(Legacy.calibrationDcsEnded, "calibrationDcsEnded"),
        .init(Legacy.calibration3dStarted, "calibration3dStarted"),
        .init(Legacy.calibration3dEnded, "calibration3dEnded"),
        .init(.propertyChanged, "propertyChanged"),
        .init(.algorithmPause, "algorithmPause"),
        .init(.algorithmResume, "algorithmResume"),
        .init(.tunnelEnter, "tunnelEnter"),
        .init(.tunnelExit, "tunnelExit"),
        .init(Legacy.pelletLoadCan, "pelletLoadCan"),
        .init(.pelletLoadBegin, "pelletLoadBegin"),
        .init(.pelletLoadEnd, "pelletLoadEnd"),
        .init(Legacy.pelletSendCan, "pelletSendCan"),
        .init(.pelletSendBegin, "pelletSendBegin"),
        .init(.pelletSendEnd, "pelletSendEnd"),
        .init(Legacy.pelletCoverCan, "pelletCoverCan"),
        .init(.pelletCoverBegin, "pelletCoverBegin"),
        .init(.pelletCoverEnd, "pelletCoverEnd"),
        .init(Legacy.pelletReleaseCan, "pelletReleaseCan"),
        .init(.pelletReleaseBegin, "pelletReleaseBegin"),
        .init(.pelletReleaseEnd, "pelletReleaseEnd"),
        .init(Legacy.pelletHomeCan, "pelletHomeCan"),
        .init(.pelletHomeBegin, "pelletHomeBegin"),
        .init(.pelletHomeEnd, "pelletHomeEnd"),
        .init(Legacy.pelletPrereleaseCan, "pelletPrereleaseCan"),
        .init(Legacy.pelletPrereleaseBegin, "pelletPrereleaseBegin"),
        .init(Legacy.pelletPrereleaseEnd, "pelletPrereleaseEnd"),
        .init(Legacy.pelletAcknowledgeToken, "pelletAcknowledgeToken"),
        .init(Legacy.pelletExternalToken, "pelletExternalToken"),
        .init(Legacy.sessionStarting, "sessionStarting"),
        .init(Legacy.sessionStarted, "sessionStarted"),
        .init(Legacy.sessionEnding, "sessionEnding"),
        .init(Legacy.sessionEnded, "sessionEnded"),
        .init(Legacy.sessionPelletIncrease, "sessionPelletIncrease"),
        .init(Legacy.sessionPelletDecrease, "sessionPelletDecrease"),
        .init(Legacy.sessionMouseSeen, "sessionMouseSeen"),
        .init(Legacy.dayStarted, "dayStarted"),
        .init(Legacy.dayIncreasePellet, "dayIncreasePellet"),
        .init(Legacy.dayDecreasePellet, "dayDecreasePellet"),
        .init(Legacy.pelletSeen, "pelletSeen"),
        .init(Legacy.pelletPresented, "pelletPresented"),
        .init(Legacy.pelletSuccessfulReach, "pelletSuccessfulReach"),
        .init(Legacy.triangleSeen, "triangleSeen"),
        .init(.headfixBaselineChanged, "headfixBaselineChanged"),
        .init(Legacy.headfixLoadCellChanged, "headfixLoadCellChanged"),
        .init(Legacy.headfixLoadCellChangedInIntersession, "headfixLoadCellChangedInIntersession"),
        .init(Legacy.headfixLoadCellChangedWrongState, "headfixLoadCellChangedWrongState"),
        .init(Legacy.headfixAutoTare, "headfixAutoTare"),
        .init(Legacy.autoClampIntensityChanged, "autoClampIntensityChanged"),
        .init(Legacy.autoClampReleaseToneFreqChanged, "autoClampReleaseToneFreqChanged"),
        .init(Legacy.autoClampReleaseDelayChanged, "autoClampReleaseDelayChanged"),
        .init(Legacy.intersessionSegmentationCan, "intersessionSegmentationCan"),
        .init(Legacy.intersessionSegmentationBegin, "intersessionSegmentationBegin"),
        .init(Legacy.intersessionSegmentationEnd, "intersessionSegmentationEnd"),
        .init(Legacy.intersessionSegmentationNonceMismatch, "intersessionSegmentationNonceMismatch"),
        .init(Legacy.intersessionSegmentationError, "intersessionSegmentationError"),
        .init(Legacy.intersessionSegmentationSave, "intersessionSegmentationSave"),
        .init(Legacy.intersessionSegmentationSaveError, "intersessionSegmentationSaveError"),
        .init(Legacy.intersessionSegmentationInputError, "intersessionSegmentationInputError"),
        .init(Legacy.intersessionDetectionCan, "intersessionDetectionCan"),
        .init(Legacy.intersessionDetectionBegin, "intersessionDetectionBegin"),
        .init(Legacy.intersessionDetectionEnd, "intersessionDetectionEnd"),
        .init(Legacy.intersessionDetectionNonceMismatch, "intersessionDetectionNonceMismatch"),
        .init(Legacy.intersessionDetectionError, "intersessionDetectionError"),
        .init(Legacy.intersessionDetectionSave, "intersessionDetectionSave"),
        .init(Legacy.intersessionDetectionSaveError, "intersessionDetectionSaveError"),
        .init(Legacy.intersessionShiftX, "intersessionShiftX"),
        .init(Legacy.intersessionShiftY, "intersessionShiftY"),
        .init(Legacy.intersessionShiftZ, "intersessionShiftZ"),
        .init(Legacy.headFixationForceDetectorChanged, "headFixationForceDetectorChanged"),
        .init(Legacy.headFixationEnabled, "headFixationEnabled"),
        .init(.deviceCommandSend, "deviceCommandSend"),
        .init(.deviceCommandAcknowledge, "deviceCommandAcknowledge"),
        .init(.loadCellEngagedChanged, "loadCellEngagedChanged"),
        .init(.headbarPressureEngagedChanged, "headbarPressureEngagedChanged"),
        .init(.trainingModeChanged, "trainingModeChanged"),
        .init(.trainingPlanLoad, "trainingPlanLoad"),
        .init(.trainingPhaseEnter, "trainingPhaseEnter"),
        .init(.trainingPhaseExit, "trainingPhaseExit"),
        .init(.trainingProgressUpdate, "trainingProgressUpdate"),
    ]
}
