/// What a detector watches (`protocol/autotrainer-0.12.0.json`, `ApiDetectorKind`).
public struct ApiDetectorKind: OpenVocabulary {
    /// The number on the wire.
    public var rawValue: Int
    /// The code with this number, known or not.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// The front door.
    public static let frontDoor = ApiDetectorKind(rawValue: 101)
    /// The sliding door.
    public static let slidingDoor = ApiDetectorKind(rawValue: 102)
    /// Thrashing, as the load cell feels it.
    public static let loadCellThrash = ApiDetectorKind(rawValue: 201)
    /// Thrashing, as the microphone hears it.
    public static let audioThrash = ApiDetectorKind(rawValue: 202)
    /// A device that does not acknowledge a command in time.
    public static let deviceAckTimeOut = ApiDetectorKind(rawValue: 401)
    /// Status messages of the pellet device that stay away.
    public static let pelletStatusMessageInterruption = ApiDetectorKind(rawValue: 411)
    /// Status messages of the tunnel device that stay away.
    public static let tunnelStatusMessageInterruption = ApiDetectorKind(rawValue: 412)
    /// A disk that runs full.
    public static let lowFreeDiskSpace = ApiDetectorKind(rawValue: 501)
    /// A main thread that hangs.
    public static let mainThreadFrozen = ApiDetectorKind(rawValue: 511)
    /// A board that restarted by itself.
    public static let boardUnexpectedReset = ApiDetectorKind(rawValue: 521)
    /// Pellets that have to be refilled.
    public static let pelletRefillCountExceeded = ApiDetectorKind(rawValue: 601)
    /// A cage that has to be cleaned.
    public static let cageCleaningRequired = ApiDetectorKind(rawValue: 610)
    /// Too many failures in a row to load a pellet.
    public static let consecutivePelletLoadFailureExceeded = ApiDetectorKind(rawValue: 620)
    /// An animal that evades the automatic clamp.
    public static let animalAutoClampEvasion = ApiDetectorKind(rawValue: 701)
    /// An animal that ate too few pellets in a day.
    public static let animalLowPelletsConsumedPerDay = ApiDetectorKind(rawValue: 801)
    /// A pellet that is not in its place.
    public static let pelletMisplaced = ApiDetectorKind(rawValue: 301)
}

extension ApiDetectorKind {
    /// See ``OpenVocabulary/noun``.
    public static var noun: String { "detector kind" }

    /// The codes; release 0.9.7 has none of its own, so that every dialect names these.
    public static func published(in dialect: Dialect) -> [VocabularyEntry<ApiDetectorKind>] { all }

    private static let all: [VocabularyEntry<ApiDetectorKind>] = [
        .init(.frontDoor, "frontDoor"),
        .init(.slidingDoor, "slidingDoor"),
        .init(.loadCellThrash, "loadCellThrash"),
        .init(.audioThrash, "audioThrash"),
        .init(.deviceAckTimeOut, "deviceAckTimeOut"),
        .init(.pelletStatusMessageInterruption, "pelletStatusMessageInterruption"),
        .init(.tunnelStatusMessageInterruption, "tunnelStatusMessageInterruption"),
        .init(.lowFreeDiskSpace, "lowFreeDiskSpace"),
        .init(.mainThreadFrozen, "mainThreadFrozen"),
        .init(.boardUnexpectedReset, "boardUnexpectedReset"),
        .init(.pelletRefillCountExceeded, "pelletRefillCountExceeded"),
        .init(.cageCleaningRequired, "cageCleaningRequired"),
        .init(.consecutivePelletLoadFailureExceeded, "consecutivePelletLoadFailureExceeded"),
        .init(.animalAutoClampEvasion, "animalAutoClampEvasion"),
        .init(.animalLowPelletsConsumedPerDay, "animalLowPelletsConsumedPerDay"),
        .init(.pelletMisplaced, "pelletMisplaced"),
    ]
}
