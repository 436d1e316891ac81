/// Proposes the next experiment of a subject, for a rig that is the main sync: controllers ask it which experiment it is
/// going to be, before anybody has named one.
///
/// Counts the experiments of one day that this gateway has heard of.
struct ExperimentNumbers: Sendable, Hashable {
    /// How many subjects are kept in mind.
    static let maximumSubjects = 1000

    private var date = ""
    private var last: [String: Int] = [:]

    /// The experiment that comes next; the same one until it has begun. Nil where there is none, as for a name that is no
    /// name of a subject.
    func next(of subject: String, on date: String) -> RigExperiment? {
        let number = date == self.date ? (last[subject] ?? 0) + 1 : 1
        return (try? ExperimentReference(date: date, number: number, subject: subject)).map { RigExperiment($0) }
    }

    /// An experiment was prepared, or has begun.
    mutating func took(_ experiment: RigExperiment) {
        let reference = experiment.reference
        // A day never comes back.
        guard reference.date >= date else { return }
        if reference.date > date {
            date = reference.date
            last = [:]
        }
        guard last[reference.subject] != nil || last.count < Self.maximumSubjects else { return }
        last[reference.subject] = max(last[reference.subject] ?? 0, reference.number)
    }
}
