/// Tells when standard output cannot be written any more: for what only shows something, and is to end then, although
/// nothing may come for a while that could be shown.
struct OutputReading: Sendable {
    private let problems: AsyncStream<OutputError>
    private let continuation: AsyncStream<OutputError>.Continuation

    init(_ output: Output) {
        (problems, continuation) = AsyncStream.makeStream(of: OutputError.self)
        output.onFailure { [continuation] in continuation.yield($0) }
    }

    /// Waits for that.
    ///
    /// - Throws: ``OutputError``, in any case but for ``finish()`` and a cancelled task.
    func end() async throws {
        for await problem in problems { throw problem }
    }

    /// Waits no longer.
    func finish() { continuation.finish() }
}

extension Session {
    /// For as long as somebody reads standard output.
    func whileRead() -> OutputReading { OutputReading(out) }
}
