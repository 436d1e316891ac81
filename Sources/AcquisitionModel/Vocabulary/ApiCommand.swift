/// What a command asks for (`protocol/autotrainer-0.12.0.json`, `ApiCommand`).
///
/// Release 0.9.7 has fewer commands, two of them under other numbers: see ``Legacy``. A lab defines its own with a number of
/// ``OpenVocabulary/labNumbers``:
///
/// ```swift
/// extension ApiCommand {
///     static let openValve = ApiCommand.define(90_002, "openValve")
/// }
/// ```
public struct ApiCommand: OpenVocabulary {
    /// The number on the wire.
    public var rawValue: Int
    /// The command with this number, known or not.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// Answered by the service itself: a ping.
    public static let none = ApiCommand(rawValue: 0)
    /// Obsolete since 0.9.21; answered UNRECOGNIZED. A peer of 0.9.7 wants ``Legacy/startAcquisition``.
    public static let startAcquisition = ApiCommand(rawValue: 50)
    /// Obsolete since 0.9.21; answered UNRECOGNIZED. A peer of 0.9.7 wants ``Legacy/stopAcquisition``.
    public static let stopAcquisition = ApiCommand(rawValue: 55)
    /// Sets the application mode: data `{"mode": ApiApplicationMode}` in and out.
    public static let setApplicationMode = ApiCommand(rawValue: 120)
    /// Sets the training mode: data `{"mode": ApiTrainingMode}` in and out.
    public static let setTrainingMode = ApiCommand(rawValue: 130)
    /// Stops everything at once. Always succeeds.
    public static let emergencyStop = ApiCommand(rawValue: 200)
    /// Ends an emergency stop; fails where there is none.
    public static let emergencyResume = ApiCommand(rawValue: 210)
    /// Asks for the ``ApiSystemConfiguration``.
    public static let getConfiguration = ApiCommand(rawValue: 300)
    /// Asks for the ``ApiSystemStatus``.
    public static let getStatus = ApiCommand(rawValue: 400)
    /// Asks for the list of ``ApiAnimalStatus``.
    public static let getAnimals = ApiCommand(rawValue: 500)
    /// A behaviour switch: data `{"enabled": Bool}` in and out.
    public static let setLiveAnalysisEnabled = ApiCommand(rawValue: 1000)
    /// A behaviour switch: data `{"enabled": Bool}` in and out.
    public static let setPelletDeliveryEnabled = ApiCommand(rawValue: 1010)
    /// A behaviour switch: data `{"enabled": Bool}` in and out.
    public static let setPelletCoverEnabled = ApiCommand(rawValue: 1020)
    /// A behaviour switch: data `{"enabled": Bool}` in and out.
    public static let setIntertrialPelletShiftEnabled = ApiCommand(rawValue: 1030)
    /// A behaviour switch: data `{"enabled": Bool}` in and out.
    public static let setHomeOnExcessiveDriftEnabled = ApiCommand(rawValue: 1040)
    /// A behaviour switch: data `{"enabled": Bool}` in and out.
    public static let setTrianglePelletDistanceDetectionEnabled = ApiCommand(rawValue: 1050)
    /// A behaviour switch: data `{"enabled": Bool}` in and out.
    public static let setAutoCloseGateOnIntertrialEnabled = ApiCommand(rawValue: 1060)
    /// A behaviour switch: data `{"enabled": Bool}` in and out.
    public static let setAutoClampEnabled = ApiCommand(rawValue: 1070)
    /// A behaviour switch: data `{"enabled": Bool}` in and out.
    public static let setTunnelSweepEnabled = ApiCommand(rawValue: 1080)
    /// A behaviour switch: data `{"enabled": Bool}` in and out.
    public static let setBatchTrialsEnabled = ApiCommand(rawValue: 1090)
    /// A command of the lab's own; `customCommand` says which. One of ``OpenVocabulary/labNumbers`` arrives as the command
    /// of that number.
    public static let userDefined = ApiCommand(rawValue: 99999)

    /// The commands of release 0.9.7 whose numbers differ.
    public enum Legacy {
        /// Starts the acquisition.
        public static let startAcquisition = ApiCommand(rawValue: 100)
        /// Stops the acquisition.
        public static let stopAcquisition = ApiCommand(rawValue: 110)
    }
}

extension ApiCommand {
    /// Whether the command only asks: it may run twice without harm (`protocol/autotrainer.md`, section 8: GET_* are
    /// queries).
    package var changesNothing: Bool { Self.queries.contains(self) }

    private static let queries: Set<ApiCommand> = [.none, .getConfiguration, .getStatus, .getAnimals]

    /// Whether some release has the command.
    package var isPublished: Bool { Self.everyRelease.contains(self) }

    private static let everyRelease = Set(Dialect.allCases.flatMap { published(in: $0).map(\.code) })

    /// See ``OpenVocabulary/noun``.
    public static var noun: String { "command" }

    /// The commands that the release knows, in the order of their numbers.
    public static func published(in dialect: Dialect) -> [VocabularyEntry<ApiCommand>] {
        switch dialect {
        case .current: current
        case .legacy: legacy
        }
    }

    private static let current: [VocabularyEntry<ApiCommand>] = [
        .init(.none, "none"),
        .init(.startAcquisition, "startAcquisition"),
        .init(.stopAcquisition, "stopAcquisition"),
        .init(.setApplicationMode, "setApplicationMode"),
        .init(.setTrainingMode, "setTrainingMode"),
        .init(.emergencyStop, "emergencyStop"),
        .init(.emergencyResume, "emergencyResume"),
        .init(.getConfiguration, "getConfiguration"),
        .init(.getStatus, "getStatus"),
        .init(.getAnimals, "getAnimals"),
        .init(.setLiveAnalysisEnabled, "setLiveAnalysisEnabled"),
        .init(.setPelletDeliveryEnabled, "setPelletDeliveryEnabled"),
        .init(.setPelletCoverEnabled, "setPelletCoverEnabled"),
        .init(.setIntertrialPelletShiftEnabled, "setIntertrialPelletShiftEnabled"),
        .init(.setHomeOnExcessiveDriftEnabled, "setHomeOnExcessiveDriftEnabled"),
        .init(.setTrianglePelletDistanceDetectionEnabled, "setTrianglePelletDistanceDetectionEnabled"),
        .init(.setAutoCloseGateOnIntertrialEnabled, "setAutoCloseGateOnIntertrialEnabled"),
        .init(.setAutoClampEnabled, "setAutoClampEnabled"),
        .init(.setTunnelSweepEnabled, "setTunnelSweepEnabled"),
        .init(.setBatchTrialsEnabled, "setBatchTrialsEnabled"),
        .init(.userDefined, "userDefined"),
    ]

    private static let legacy: [VocabularyEntry<ApiCommand>] = [
        .init(.none, "none"),
        .init(Legacy.startAcquisition, "startAcquisition"),
        .init(Legacy.stopAcquisition, "stopAcquisition"),
        .init(.emergencyStop, "emergencyStop"),
        .init(.emergencyResume, "emergencyResume"),
        .init(.getConfiguration, "getConfiguration"),
        .init(.getStatus, "getStatus"),
        .init(.userDefined, "userDefined"),
    ]
}
