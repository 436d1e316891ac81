import AcquisitionModel

/// One object of JSON output, its keys in the order in which they were set.
struct JSONLine: Sendable, CustomStringConvertible {
    private(set) var object = JSONObject()

    init() {}

    subscript(_ key: String) -> JSONValue? {
        get { object.value(ofExactly: key) }
        set { object.set(key, to: newValue ?? .null) }
    }

    /// The object on one line.
    var description: String { JSONValue.object(object).description }
}
