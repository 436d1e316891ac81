/// The bytes of one part of a message.
public typealias Frame = [UInt8]

/// A message: one or more frames that travel together, all or none.
///
/// Two messages are equal when their frames are: ``metadata`` tells how a message came, not what it says.
public struct Message: Sendable {
    /// The frames in order. To and from a ROUTER the first names the peer.
    public var frames: [Frame]
    /// What is known about the peer it came from; empty for a message made here.
    public var metadata: Metadata

    /// A message of the given frames.
    public init(frames: [Frame], metadata: Metadata = Metadata()) {
        self.frames = frames
        self.metadata = metadata
    }

    /// A message of the given frames: `Message(identity, [], body)`.
    public init(_ frames: Frame...) {
        self.init(frames: frames)
    }

    /// A message with each text as a frame of UTF-8: `Message("topic", "body")`.
    public init(_ first: String, _ rest: String...) {
        self.init(frames: [Frame(first.utf8)] + rest.map { Frame($0.utf8) })
    }

    /// The number of bytes in all frames.
    public var byteCount: Int { frames.reduce(0) { $0 + $1.count } }
}

extension Message: Hashable {
    /// Whether the frames are equal.
    public static func == (left: Self, right: Self) -> Bool { left.frames == right.frames }

    /// Hashes the frames.
    public func hash(into hasher: inout Hasher) { hasher.combine(frames) }
}

extension Message: ExpressibleByArrayLiteral {
    /// A message of the given frames: `[identity, [], body]`.
    public init(arrayLiteral frames: Frame...) {
        self.init(frames: frames)
    }
}

extension Message: CustomStringConvertible {
    /// The frames as text where they are text, else by their length, for logs and failed tests.
    public var description: String {
        let parts = frames.map { frame in
            String(validating: frame, as: UTF8.self).map { "\"\($0)\"" } ?? "\(frame.count) bytes"
        }
        return "[\(parts.joined(separator: ", "))]"
    }
}
