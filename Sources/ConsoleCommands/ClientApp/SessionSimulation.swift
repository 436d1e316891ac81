import AcquisitionModel

/// A training session that never was, event by event: the animal enters, trials follow one another, it leaves, and
/// comes again.
///
/// A value that the same seed makes tell the same story; whoever owns it waits and publishes.
struct SessionSimulation: Sendable {
    /// One step of the story.
    struct Step: Sendable, Hashable {
        /// What is published.
        enum Content: Sendable, Hashable {
            case event(TrainerEvent)
            /// The status as the trainer reports it at that time, as an event.
            case status
        }

        /// The time since the step before.
        let delay: Duration
        /// What is published.
        let content: Content
    }

    /// What the story follows from.
    let seed: UInt64
    var random: SplitMix64
    private let dialect: Dialect
    private var chapter = Chapter.day
    private var steps: [Step] = []
    private var position = 0

    /// What was counted since the program began.
    var counts = ApiReachStatus()
    /// Who is trained.
    var animal: ApiAnimalStatus?
    /// The present session's name, and its number.
    var session = (id: "", number: 0)
    /// Trials of the present session that were recorded, and those whose analysis failed.
    var trials = (captured: 0, failed: 0)

    private enum Chapter {
        case day, arrival
        case trial(number: Int, of: Int)
        case departure
    }

    /// A story for `dialect`; the date and the animals come from the trainer.
    init(
        dialect: Dialect,
        seed: UInt64,
        animal: ApiAnimalStatus?,
        deviceId: String = ApiSystemConfiguration.simulated.deviceId,
        day: EventTime = .now
    ) {
        self.dialect = dialect
        self.deviceId = deviceId
        self.seed = seed
        self.animal = animal
        self.day = day
        random = SplitMix64(seed: seed)
    }

    /// The day on which the story happens.
    var day: EventTime
    /// At which rig.
    let deviceId: String

    /// The next step; there is always one.
    mutating func next() -> Step {
        while position == steps.count {
            steps = []
            position = 0
            write()
        }
        position += 1
        return steps[position - 1]
    }

    /// Writes the next chapter.
    private mutating func write() {
        switch (chapter, dialect) {
        case (.day, .current):
            writeDay()
            chapter = .arrival
        case (.day, .legacy):
            writeLegacyDay()
            chapter = .arrival
        case (.arrival, _):
            session.number += 1
            session.id = "s\(session.number)-\(String(random.next() & 0xFFFF_FFFF, radix: 16))"
            trials = (0, 0)
            if dialect == .current { writeArrival() } else { writeLegacyArrival() }
            chapter = .trial(number: 1, of: Int.random(in: 3...8, using: &random))
        case (.trial(let number, let most), _):
            if dialect == .current { writeTrial(number) } else { writeLegacyTrial(number) }
            chapter = number < most ? .trial(number: number + 1, of: most) : .departure
        case (.departure, _):
            if dialect == .current { writeDeparture() } else { writeLegacyDeparture() }
            chapter = .arrival
        }
    }

    // MARK: - Writing steps

    /// Adds an event that comes between `least` and `most` seconds after the one before.
    mutating func add(_ event: TrainerEvent, after least: Double, _ most: Double? = nil) {
        add(.event(event), after: least, most)
    }

    /// Adds the status.
    mutating func addStatus(after seconds: Double) { add(.status, after: seconds, nil) }

    private mutating func add(_ content: Step.Content, after least: Double, _ most: Double?) {
        let seconds = most.map { Double.random(in: least...$0, using: &random) } ?? least
        steps.append(Step(delay: .milliseconds(Int(seconds * 1000)), content: content))
    }

    /// Whether something happens that happens in so many of a hundred cases.
    mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }
}

/// Random numbers that follow from a seed: SplitMix64.
struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// A generator that starts at `seed`.
    init(seed: UInt64) { state = seed }

    /// The next 64 random bits.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }
}
