public import GatewayCore

extension Communicator {
    /// Says that an experiment is to be prepared: EXPINIT.
    ///
    /// - Throws: as ``send(_:to:timeout:)``, like all of these.
    public func initialize(_ data: JSONValue = .null, to peer: RigURI? = nil) async throws {
        try await send(.initialize(data), to: peer)
    }

    /// Says that an experiment begins: EXPSTART.
    public func start(
        _ reference: ExperimentReference?,
        _ data: JSONValue = .null,
        to peer: RigURI? = nil
    ) async throws {
        try await send(.start(reference, data), to: peer)
    }

    /// Says that an experiment ends: EXPEND, or, immediately, EXPINTERRUPT.
    public func stop(_ data: JSONValue = .null, immediately: Bool = false, to peer: RigURI? = nil) async throws {
        try await send(.stop(data, immediately: immediately), to: peer)
    }

    /// Says that the rig is to tidy up: EXPCLEANUP.
    public func cleanup(_ data: JSONValue = .null, to peer: RigURI? = nil) async throws {
        try await send(.cleanup(data), to: peer)
    }

    /// Says how an experiment stands: EXPSTATUS.
    public func status(_ status: ExpStatus, to peer: RigURI? = nil) async throws {
        try await send(.status(status), to: peer)
    }

    /// Says how an experiment stands, and more about it: EXPINFO.
    public func info(_ status: ExpStatus, _ data: JSONValue = .null, to peer: RigURI? = nil) async throws {
        try await send(.info(status, data), to: peer)
    }

    /// Gives a login to an Alyx database: ALYX. The token travels in clear text.
    public func alyx(_ login: AlyxLogin, to peer: RigURI? = nil) async throws {
        try await send(.alyx(login), to: peer)
    }

    /// Asks for a login to an Alyx database, and waits for it (`protocol/iblutil.md`, I27).
    ///
    /// - Parameters:
    ///   - url: of which database, where that matters.
    ///   - peer: whom to ask; a client may leave that out.
    ///   - limit: how long to wait for the login; nil for as long as it takes.
    /// - Throws: as ``send(_:to:timeout:)``, and `noAnswer` where no login came in time.
    public func requestAlyx(
        url: String? = nil,
        from peer: RigURI? = nil,
        within limit: Duration? = .seconds(10)
    ) async throws -> AlyxLogin {
        let answer = expect([.alyx], from: peer)
        try await send(.alyx(nil, url: url), to: peer)
        let message = try await answer.value(within: limit).message
        guard let login = message.login else {
            // It may hold a token all the same.
            throw GatewayError(.badMessage, "The answer to the request for a login holds none")
        }
        return login
    }

    /// Reports that what was asked with `event` went wrong. Nobody confirms that.
    public func report(_ text: String, of event: ExpMessage, to peer: RigURI? = nil) async throws {
        try await send(.failure(text, of: event), to: peer)
    }
}
