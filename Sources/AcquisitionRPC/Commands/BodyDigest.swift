import AcquisitionModel

/// What tells one body from another, in 24 bytes: its length and two hashes under the keys of this process, which
/// nobody outside knows.
struct BodyDigest: Sendable, Hashable {
    private let count: Int
    private let first: Int
    private let second: Int

    /// The digest of a request's body but for its deadline: given again later, it is the same command.
    init(of body: [UInt8], _ request: ApiCommandRequest) {
        // Without the brace at its end, as where a deadline stood before that.
        let end = body.last == UInt8(ascii: "}") ? body.count - 1 : body.count
        self.init(body[..<(request.deadline == nil ? end : min(end, RequestDeadline.start(in: body)))])
    }

    init(_ body: [UInt8]) { self.init(body[...]) }

    private init(_ body: ArraySlice<UInt8>) {
        count = body.count
        var hashers = (Hasher(), Hasher())
        hashers.1.combine(1)
        body.withUnsafeBytes { bytes in
            hashers.0.combine(bytes: bytes)
            hashers.1.combine(bytes: bytes)
        }
        first = hashers.0.finalize()
        second = hashers.1.finalize()
    }
}
