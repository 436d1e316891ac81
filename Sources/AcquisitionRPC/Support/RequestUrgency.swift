import AcquisitionModel

/// What a request asks of the threads of a service.
package enum RequestUrgency: Sendable, Hashable {
    /// The delegate answers it, and may take its time.
    case ordinary
    /// The service itself answers it, at once.
    case immediate
    /// An emergency stop.
    case urgent

    /// Reads the request; for a service with much to do only, since it reads it once more to answer it.
    package init(_ bytes: [UInt8]) {
        switch try? ApiCommandRequest(bytes: bytes).command {
        case .emergencyStop: self = .urgent
        case nil, ApiCommand.none: self = .immediate
        default: self = .ordinary
        }
    }

    /// Reads the request.
    package init(_ request: IncomingRequest) {
        self = request.frames.count == 1 && request.problem == nil ? Self(request.frames[0]) : .immediate
    }
}
