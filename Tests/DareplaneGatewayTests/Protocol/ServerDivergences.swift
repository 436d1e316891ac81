import AcquisitionRPC
import DareplaneGateway

/// One way in which our module does not do what a real one was seen to do, and means it.
struct ServerDivergence: Sendable {
    /// The vectors that it is about.
    var names: Set<String>
    /// The releases; none for all.
    var releases: Set<String> = []
    var why: String
    var turn: @Sendable (inout ServerVector.Outcome) -> Void

    func applies(to vector: ServerVector) -> Bool {
        names.contains(vector.name) && (releases.isEmpty || releases.contains(vector.release))
    }

    static let table: [ServerDivergence] = [
        ServerDivergence(
            names: [
                "get-pcomms", "get-pcomms-no-delimiter", "get-pcomms-crlf", "get-pcomms-crlf-delim",
                "get-pcomms-inside",
                "get-pcomms-payload",
            ],
            releases: ["0.0.23", "0.0.19"],
            why: "the two newer built-in commands are listed, as 0.0.24 does"
        ) { $0.reply += "|GET_PCOMMS|UP" },
        ServerDivergence(
            names: ["get-pcomms-no-delimiter", "get-pcomms-crlf"],
            releases: ["0.0.24"],
            why: "D20: a command that stands alone counts, for control rooms older than 0.0.24"
        ) { $0.reply = "START|ECHO|ONE|POS|NONE|BOOM|TRUE|RUN|PROC|MARK|STOP|CLOSE|GET_PCOMMS|UP" },
        ServerDivergence(
            names: ["up-UP"],
            releases: ["0.0.24"],
            why: "D20: a command that stands alone counts"
        ) { $0.reply = "1" },
        ServerDivergence(
            names: ["up-UP\\r\\n"],
            why: "D8, D20: it counts where it stands alone, and CRLF is left out in every place"
        ) { $0.reply = "1" },
        ServerDivergence(
            names: ["up-UP|;", "up-UP|\\r\\n;"],
            releases: ["0.0.23", "0.0.19"],
            why: "as 0.0.24 does"
        ) { $0.reply = "1" },
        ServerDivergence(
            names: ["up-UP;\\r\\nUP;\\r\\n"],
            why: "D8: CRLF is left out in every place"
        ) { $0.reply = "11" },
        ServerDivergence(
            names: ["stop-STOP"],
            releases: ["0.0.24"],
            why: "D20: a command that stands alone counts"
        ) { outcome in
            outcome.calls.append(Calls.Call("RUN-stopped"))
            outcome.running = 0
        },
        ServerDivergence(
            names: ["stop-after-crlf"],
            releases: ["0.0.24"],
            why: "D8: CRLF is left out in every place"
        ) { outcome in
            outcome.calls.append(Calls.Call("RUN-stopped"))
            outcome.running = 0
        },
        ServerDivergence(
            names: ["start-space-lead"],
            releases: ["0.0.24", "0.0.23"],
            why: "blanks around a command are left out, as people who type leave them"
        ) { $0.calls = [Calls.Call("START")] },
        ServerDivergence(
            names: ["start-space"],
            releases: ["0.0.23"],
            why: "blanks around a command are left out, as people who type leave them"
        ) { $0.calls = [Calls.Call("START")] },
        ServerDivergence(
            names: ["start-pipe"],
            releases: ["0.0.23", "0.0.19"],
            why: "an empty payload is none, as in 0.0.24"
        ) { $0.calls = [Calls.Call("START")] },
        ServerDivergence(
            names: ["split-payload"],
            releases: ["0.0.23", "0.0.19"],
            why: "D5: a command in pieces is put together, as 0.0.24 does"
        ) { $0.calls = [Calls.Call("ECHO", ["a": 1])] },
        ServerDivergence(
            names: ["large-payload"],
            releases: ["0.0.19"],
            why: "D5: a command may be larger than what is read at once"
        ) { $0.calls = [Calls.Call("ECHO", ["a": .string(String(repeating: "x", count: 5000))])] },
        ServerDivergence(
            names: ["echo-single-quotes"],
            why: "D28: the documented example of a callback has single quotes"
        ) { $0.calls = [Calls.Call("ECHO", ["a": 1])] },
        ServerDivergence(
            names: ["pos-three-parts"],
            releases: ["0.0.23", "0.0.19"],
            why: "D12: positional arguments are gone, as in 0.0.24"
        ) { $0.calls = [] },
        ServerDivergence(
            names: ["echo-utf8", "echo-utf8-cjk", "non-ascii-command", "echo-c2"],
            releases: ["0.0.23", "0.0.19"],
            why: "D10: the answer quotes the one command, as 0.0.24 does"
        ) { $0.reply = $0.reply.replacing(";' to ascii", with: "' to ascii") },
        ServerDivergence(
            names: ["non-ascii-then-up"],
            why: "D10: what follows is answered at once, and the answer quotes the one command"
        ) { $0.reply = $0.reply.replacing(";UP;' to ascii", with: "' to ascii") + "1" },
        ServerDivergence(
            names: [
                "handler-raises", "handler-none", "start-unexpected-kwargs", "one-missing-arg", "echo-list",
                "echo-number",
                "echo-string", "echo-null", "echo-two-pipes",
            ],
            why: "D12, D14: nothing that is wrong with a command ends the server"
        ) { $0.isAlive = true },
        ServerDivergence(
            names: ["close-CLOSE;", "close-CLOSE\\r\\n;"],
            why: "CLOSE closes nothing that is open: who is connected is served until he leaves"
        ) { $0.isAlive = true },
    ]
}
