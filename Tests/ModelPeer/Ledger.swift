import AcquisitionModel
import AcquisitionRPC
import Foundation
import Synchronization

/// What was asked, run, answered and published, held against what the documentation promises. The first promise that is
/// broken ends the program.
final class Ledger: Sendable {
    private let state = Mutex(State())
    private let seed: UInt64

    private struct State {
        var runs: [Int: Int] = [:]
        var order: [(token: Int, time: ContinuousClock.Instant)] = []
        var counts: [String: Int] = [:]
        /// What was said to be certain of commands that had not run: when, and whether they will never run.
        var told: [Int: (time: ContinuousClock.Instant, fate: RpcClientError.Fate)] = [:]
    }

    /// How long a thread may be kept from what it is about to do.
    private let slack: Duration

    init(seed: UInt64, slowdown: Int) {
        self.seed = seed
        slack = .milliseconds(500) * slowdown
    }

    /// How often what happened; for the report.
    var counts: [String: Int] { state.withLock { $0.counts } }

    func count(_ what: String, _ more: Int = 1) {
        state.withLock { $0.counts[what, default: 0] += more }
    }

    /// Ends the program, since a promise is broken.
    func broken(_ promise: String) -> Never {
        let line = #"{"broken":"\#(promise.replacing("\"", with: "'"))","seed":\#(seed)}"#
        FileHandle.standardOutput.write(Data((line + "\n").utf8))
        exit(1)
    }

    /// The delegate was asked to carry the command out that has this number.
    func ran(_ token: Int) {
        let (runs, told) = state.withLock { state in
            state.runs[token, default: 0] += 1
            state.order.append((token, .now))
            state.counts["runs", default: 0] += 1
            // A repetition comes within seconds; what is older than minutes is forgotten.
            let old = state.order.prefix { $0.time < .now - .seconds(120) }
            if old.count > 1_000 {
                for entry in old {
                    state.runs[entry.token] = nil
                    state.told[entry.token] = nil
                }
                state.order.removeFirst(old.count)
            }
            return (state.runs[token] ?? 0, state.told[token])
        }
        if let told, told.fate == .notRun { broken("certain not to run: command \(token) ran, told \(told)") }
        if let told, told.fate == .mayHaveRun, told.time + slack < .now {
            broken(
                "not begun late: command \(token) began \(ContinuousClock.now - told.time) after its client had been told"
            )
        }
        if runs > 1 { broken("once only: command \(token) ran \(runs) times") }
    }

    /// How often it ran up to now.
    func runs(of token: Int) -> Int { state.withLock { $0.runs[token] ?? 0 } }

    /// What a client was told of a command, which it waits for no longer.
    func told(_ token: Int, _ outcome: Result<ApiCommandReply, RpcClientError>) {
        switch outcome {
        case .success(let reply):
            count("told \(reply.result)")
            switch reply.result {
            case .success:
                guard reply.data["t"]?.int == token else { broken("told truly: \(token) was answered \(reply)") }
                guard runs(of: token) == 1 else { broken("told truly: \(token) is done and never ran") }
            case .unavailable where runs(of: token) > 0:
                // The service says so itself where it has forgotten the answer.
                guard reply.errorMessage?.contains("carried out") == true else {
                    broken("told truly: \(token) ran and was refused: \(reply)")
                }
            default: break
            }
        case .failure(let error):
            count("told \(error.code.rawValue)")
            count("told \(error.fate.rawValue)")
            let runs = state.withLock { state in
                let runs = state.runs[token] ?? 0
                if runs == 0 { state.told[token] = (.now, error.fate) }
                if state.told.count > 10_000 { state.told = state.told.filter { $0.value.time > .now - .seconds(120) } }
                return runs
            }
            if error.fate == .notRun, runs > 0 { broken("certain not to run: \(token) ran, told \(error)") }
        }
    }
}
