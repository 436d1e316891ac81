import AcquisitionModel

/// What holds of the JSON reader, whatever the bytes.
enum ReaderProperties {
    private static let tight = WireLimits(size: 64, depth: 3)

    /// Reads `bytes` and checks the answer; the value where they are JSON.
    @discardableResult
    static func check(_ bytes: [UInt8]) -> JSONValue? {
        let value = strict(bytes, limits: .standard)
        let small = strict(bytes, limits: tight)
        require(small == nil || small?.description == value?.description, "a limit refuses, and changes nothing else")
        do {
            let tolerated = try JSONReader.read(bytes, tolerance: .oldReleases)
            require(value == nil || value?.description == tolerated.description, "tolerance changes no JSON")
            checkRoundTrip(tolerated)
        } catch {
            requireNamed(error, in: bytes.count)
            require(value == nil, "what is JSON is read by the tolerant reader too")
        }
        return value
    }

    private static func strict(_ bytes: [UInt8], limits: WireLimits) -> JSONValue? {
        let isJSON = bytes.count <= limits.size && JSONGrammar.accepts(bytes, depth: limits.depth)
        do {
            let value = try JSONReader.read(bytes, limits: limits)
            require(isJSON, "only JSON within the limits is read")
            return value
        } catch {
            requireNamed(error, in: bytes.count)
            require(!isJSON, "JSON within the limits is read: \(error)")
            require((error.rule == .size) == (bytes.count > limits.size), "size is refused as such, and only size")
            return nil
        }
    }

    /// What was read, written and read again is the same.
    static func checkRoundTrip(_ value: JSONValue) {
        let text = succeed("what was read can be written") { try value.encoded(limits: .fromService) }
        let again = succeed("what was written is JSON") { try JSONReader.read(text, limits: .fromService) }
        // Byte for byte: Swift takes two spellings of the same letter for equal. NaN is written as null.
        require(again.description.utf8.elementsEqual(value.description.utf8), "written and read again, it is the same")
        require(text.elementsEqual(value.description.utf8), "one value is written in one way only")
    }
}
