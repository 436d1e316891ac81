public import AcquisitionModel

/// Commands whose data are a value of a type that writes itself: a payload of this package's, or a `CodablePayload`.
extension RpcClient {
    /// Gives a command and returns the immediate reply, whatever it says.
    ///
    /// - Parameters:
    ///   - command: what to do.
    ///   - payload: what the command needs.
    ///   - timeout: how long to wait for a service and for its reply; nil for the options' time.
    /// - Throws: ``RpcClientError``, or `CancellationError` where the task is cancelled.
    public func request(
        _ command: ApiCommand,
        encoding payload: some WireEncodable,
        timeout: Duration? = nil
    ) async throws -> ApiCommandReply {
        try await request(command, data: data(encoding: payload), timeout: timeout)
    }

    /// Gives a command and returns its final result, as
    /// ``perform(_:customCommand:data:keys:timeout:resultTimeout:onPending:)``.
    ///
    /// - Parameters:
    ///   - command: what to do.
    ///   - payload: what the command needs.
    ///   - timeout: how long to wait for a service and for its reply; nil for the options' time.
    ///   - resultTimeout: how long to wait for the result of a pending command; nil for as long as it takes.
    /// - Throws: ``RpcClientError``, or `CancellationError` where the task is cancelled.
    public func perform(
        _ command: ApiCommand,
        encoding payload: some WireEncodable,
        timeout: Duration? = nil,
        resultTimeout: Duration? = nil
    ) async throws -> ApiCommandReply {
        try await perform(
            command,
            data: data(encoding: payload),
            timeout: timeout,
            resultTimeout: resultTimeout
        )
    }

    private func data(encoding payload: some WireEncodable) throws(RpcClientError) -> JSONValue {
        do {
            return try payload.json(limits: options.limits)
        } catch {
            throw RpcClientError(.cannotEncode, "The request cannot be sent: \(error)")
        }
    }
}
