import AcquisitionModel
public import GatewayCore

/// What a Liaison server prints on standard output, so that the program that started it knows that it can be reached.
public enum LiaisonMarkers {
    /// Before the address, when the server listens.
    public static let start = "LIAISON:CONNECTED"
    /// Before the address, when it has ended.
    public static let stop = "LIAISON:DISCONNECTED"

    /// `LIAISON:CONNECTED@host:port`, without a line's end (`protocol/liaison.md`, L3).
    public static func started(_ address: ListenAddress) -> String { "\(start)@\(address)" }

    /// `LIAISON:DISCONNECTED@host:port`. The Python package means to print it and never does (L4).
    public static func stopped(_ address: ListenAddress) -> String { "\(stop)@\(address)" }

    /// What `python -m liaison.constants` prints, without a line's end (L1).
    public static var constants: String {
        JSONValue.object([("START_MARKER", .string(start)), ("STOP_MARKER", .string(stop))]).pythonText
    }
}
