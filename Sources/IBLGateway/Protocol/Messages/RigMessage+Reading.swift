public import GatewayCore

extension RigMessage {
    /// Reads what a peer sent (`protocol/iblutil.md`, I6): a list of two elements or more. The event is a number, `true`
    /// (which is 1 in Python) or a name; nothing, in any of Python's forms, makes it a report of an error.
    ///
    /// - Throws: `GatewayError` of the code `badMessage`.
    public init(reading bytes: [UInt8], limits: WireLimits = .standard) throws(GatewayError) {
        let json: JSONValue
        do {
            // Python writes NaN as such.
            json = try JSONReader.read(bytes, limits: limits, tolerance: .oldReleases)
        } catch {
            throw GatewayError(.badMessage, "The message is no JSON: \(error)")
        }
        guard let elements = json.array else {
            throw GatewayError(.badMessage, "A message is a list, not \(json.kindInWords)")
        }
        guard elements.count >= 2 else {
            throw GatewayError(.badMessage, "A message has an event and at least one element; it has \(elements.count)")
        }
        self.init(try Self.event(elements[0]), Array(elements.dropFirst()))
    }

    private static func event(_ json: JSONValue) throws(GatewayError) -> ExpMessage {
        switch json {
        case .null, .bool(false), .integer(0), .number(0), .string(""), .array([]): return .error
        case .object(let object) where object.isEmpty: return .error
        case .bool(true): return .initialize
        case .integer(let number):
            guard let event = Int(exactly: number).map(ExpMessage.init(rawValue:)), event.isKnown else {
                throw GatewayError(.badMessage, "\(number) is no event")
            }
            return event
        case .string(let name):
            do { return try ExpMessage(named: name) } catch { throw GatewayError(.badMessage, error.message) }
        default: throw GatewayError(.badMessage, "An event is a number or a name, not \(json.kindInWords)")
        }
    }
}
