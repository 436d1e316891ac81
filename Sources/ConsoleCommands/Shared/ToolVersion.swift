import AcquisitionModel
import AcquisitionRPC
import ZeroMQ

/// What `--version` of a tool says.
package enum ToolVersion {
    package static func text(_ tool: String) -> String {
        """
        \(tool) \(Implementation.version) (releases \(Dialect.current.release) and \(Dialect.legacy.release) of the \
        protocol; libzmq \(Library.version))
        """
    }
}
