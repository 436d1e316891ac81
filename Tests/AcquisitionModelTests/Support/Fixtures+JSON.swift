import AcquisitionModel
import TestSupport

extension Fixtures {
    /// The JSON that `Tests/Fixtures/<path>` holds.
    static func json(_ path: String) throws -> JSONValue {
        try JSONReader.read(Array(data(path)), limits: .fromService)
    }
}
