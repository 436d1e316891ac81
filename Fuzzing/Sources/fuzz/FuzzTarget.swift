/// What can be fuzzed.
enum FuzzTarget: String, CaseIterable {
    /// The body of a command, as a client sends it.
    case request
    /// The frames of a command, and the service's reply to them.
    case envelope
    /// A published message, as a client reads it and as the console shows it.
    case published
    /// A certificate in ZPL.
    case certificate
    /// What is typed: a line of the prompt, and JSON as an argument.
    case console
    /// What a Dareplane control room and its modules send to one another.
    case dareplane
    /// What IBL rigs send to one another.
    case ibl
    /// What a Liaison client sends.
    case liaison

    /// Reads `bytes` and looks after what must hold, whatever they are.
    func test(_ bytes: [UInt8]) {
        switch self {
        case .request: RequestTarget.test(bytes)
        case .envelope: EnvelopeTarget.test(bytes)
        case .published: PublishedTarget.test(bytes)
        case .certificate: CertificateTarget.test(bytes)
        case .console: ConsoleTarget.test(bytes)
        case .dareplane: DareplaneTarget.test(bytes)
        case .ibl: RigTarget.test(bytes)
        case .liaison: LiaisonTarget.test(bytes)
        }
    }
}
