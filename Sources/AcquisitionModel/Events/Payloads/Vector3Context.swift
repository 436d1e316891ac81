/// A place or a distance in space, inside other payloads.
public struct Vector3Context: WireCodable, Sendable, Hashable {
    /// Along x.
    public var x: Double
    /// Along y.
    public var y: Double
    /// Along z.
    public var z: Double

    /// A vector.
    public init(x: Double, y: Double, z: Double) {
        self.x = x
        self.y = y
        self.z = z
    }

    /// Reads the vector; keys in camelCase or snake_case.
    public init(json: JSONValue) throws(WireError) {
        let object = try JSONObject(json: json)
        x = try object.read("x")
        y = try object.read("y")
        z = try object.read("z")
    }

    /// Writes the vector as an object.
    public func encode(to writer: inout JSONWriter) {
        writer.object {
            $0.field("x", x)
            $0.field("y", y)
            $0.field("z", z)
        }
    }
}
