/// What heartbeats say about this program.
public enum Implementation {
    /// The name of this package.
    public static let name = "AcquisitionRPC"
    /// Its version.
    public static let version = "0.1.0"
}
