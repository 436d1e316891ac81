// Detectors and alarms: each kind with its payload.

extension ApiEventType where Payload == ApiDetectorStatus {
    /// A detector's state changed.
    public static var detectorChanged: Self { Self(.detectorChanged) }
}

extension ApiEventType where Payload == ApiAlarmStatus {
    /// An alarm's state changed.
    public static var alarmChanged: Self { Self(.alarmChanged) }
}
