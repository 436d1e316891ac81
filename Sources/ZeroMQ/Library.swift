import CZeroMQ

/// Facts about the libzmq that this process runs with.
public enum Library {
    /// The version of the loaded library, which can be newer than the headers this was built with.
    public static var version: LibraryVersion {
        var major: Int32 = 0
        var minor: Int32 = 0
        var patch: Int32 = 0
        zmq_version(&major, &minor, &patch)
        return LibraryVersion(major: Int(major), minor: Int(minor), patch: Int(patch))
    }

    /// Whether the loaded library was built with a capability, such as `"curve"`, `"ipc"` or `"draft"`.
    public static func has(_ capability: String) -> Bool {
        zmq_has(capability) == 1
    }
}
