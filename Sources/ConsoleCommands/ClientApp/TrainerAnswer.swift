import AcquisitionModel

/// What the trainer does about a command: the reply, the events that it publishes first, and the work that goes on.
struct TrainerAnswer: Sendable, Hashable {
    /// The reply; PENDING_WITH_NOTIFICATION where there is work.
    var response: ApiCommandRequestResponse
    /// What is published, in this order.
    var events: [TrainerEvent] = []
    /// What goes on; when it is done, ``Trainer/finish(_:)`` says what it came to.
    var later: TrainerWork?
}

/// Something that takes the trainer a while.
struct TrainerWork: Sendable, Hashable {
    /// What is being done.
    enum Kind: Sendable, Hashable {
        /// One of the two calibration modes.
        case calibration(ApiApplicationMode)
        /// Release 0.9.7: the acquisition starts.
        case startAcquisition
        /// Release 0.9.7: the acquisition stops.
        case stopAcquisition
    }

    /// Tells this work from all others of the same trainer.
    let id: Int
    /// What is being done.
    let kind: Kind
}
