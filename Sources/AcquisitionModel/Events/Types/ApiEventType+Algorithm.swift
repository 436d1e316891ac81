// The algorithm, and what has no kind of its own: each kind with its payload.

extension ApiEventType where Payload == NoContext {
    /// The algorithm paused.
    public static var algorithmPause: Self { Self(.algorithmPause) }
    /// The algorithm went on after a pause.
    public static var algorithmResume: Self { Self(.algorithmResume) }
    /// Something for which the protocol has no kind.
    public static var unknown: Self { Self(.unknown) }
}
