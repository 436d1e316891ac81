import AcquisitionModel
public import GatewayCore

/// How an experiment stands at a rig (`protocol/iblutil.md`, I2).
public struct ExpStatus: RawRepresentable, Sendable, Hashable {
    /// The number on the wire.
    public let rawValue: Int
    /// The status with this number, known or not.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// The rig is there.
    public static let connected = ExpStatus(rawValue: 0)
    /// The experiment is prepared.
    public static let initialized = ExpStatus(rawValue: 10)
    /// The experiment runs.
    public static let running = ExpStatus(rawValue: 20)
    /// The experiment has ended.
    public static let stopped = ExpStatus(rawValue: 30)

    private static let named: [(status: ExpStatus, name: String)] = [
        (.connected, "CONNECTED"), (.initialized, "INITIALIZED"), (.running, "RUNNING"), (.stopped, "STOPPED"),
    ]

    /// The status that a name stands for, in whatever case.
    ///
    /// - Throws: `GatewayError` of the code `badValue` that lists the names.
    public init(named name: String) throws(GatewayError) {
        guard let found = Self.named.first(where: { $0.name == name.uppercased() }) else {
            let known = Self.named.map(\.name)
            let near = NearNames.of(name, among: known).first
            throw GatewayError(
                .badValue,
                "'\(name.prefix(40))' is no status of an experiment; "
                    + (near.map { "did you mean \($0)?" } ?? "known are \(known.joined(separator: ", "))")
            )
        }
        self = found.status
    }
}

extension ExpStatus: CustomStringConvertible {
    /// The name in the protocol: `RUNNING`; of an unknown one the number.
    public var description: String { Self.named.first { $0.status == self }?.name ?? String(rawValue) }
}
