import AcquisitionModel
import Testing

extension Divergence<Exchange> {
    /// Every divergence of what is answered, in the order in which they apply.
    static let answered: [Divergence] = [
        ping, unreadable, strictText, moreIsReadable, frames, intactReplies, intactRequests, moreIsWritable,
        ownMessage, integers, alwaysAnAnswer,
    ]

    static let ping = Divergence(
        name: "NONE is a ping",
        original: "from 0.9.18 on NONE is answered like a request that cannot be read, nonce 0; before, the delegate "
            + "gets it",
        ours: "the service itself answers SUCCESS with the request's nonce, in both dialects",
        why: "a ping must tell whose answer it is (Q16, Q17), and release 0.12.0 documents SUCCESS",
        applies: { $0.isNamed("command-0-NONE-*") || $0.isNamed("command-value-false") },
        turn: { exchange, vector in
            exchange = Exchange(replies: [success(0, try vector.nonce)], seen: nil)
        }
    )

    static let unreadable = Divergence(
        name: "what cannot be read is answered and explained",
        original: "0.9.1 to 0.9.17 die without a reply (Q10); other releases answer nonce 0 and say nothing",
        ours: "one reply: command 0, result 0, the nonce where it can be read, an errorMessage that names the rule",
        why: "the client learns what is wrong with its request, and which one it was",
        applies: { rules[$0.name] != nil },
        turn: { exchange, vector in
            let rule = try #require(rules[vector.name])
            exchange = Exchange(replies: [unreadable(try vector.nonce, rule)], seen: nil)
        }
    )

    /// The rule that each unreadable request breaks.
    private static let rules: [String: String] = [
        "nonce-nan": "syntax", "nonce-infinity": "syntax", "nonce-neg-infinity": "syntax",
        "nonce-leading-plus": "syntax", "nonce-leading-zero": "syntax", "data-nan": "syntax",
        "data-infinity": "syntax", "shape-comment": "syntax", "shape-nul-terminated": "syntax",
        "shape-utf8-bom": "syntax", "shape-utf16": "syntax", "bad-not-json": "syntax", "bad-truncated": "syntax",
        "bad-trailing-comma": "syntax", "bad-two-objects": "syntax", "bad-binary": "syntax", "bad-space": "syntax",
        "bad-single-quotes": "syntax",
        "command-value-list": "type", "bad-empty-array": "type", "bad-array-of-command": "type", "bad-null": "type",
        "bad-number": "type", "bad-float": "type", "bad-true": "type", "bad-json-in-json-string": "type",
        "bad-array-of-request": "type", "bad-string-command": "type",
        "bad-empty-object": "missing-key", "bad-missing-command": "missing-key",
        "bad-Command-capital": "missing-key", "bad-COMMAND-upper": "missing-key",
        "bad-deep": "depth",
    ]

    static let strictText = Divergence(
        name: "blanks inside words are no JSON",
        original: "all white space of the request is dropped before it is read, even inside keys, numbers and words",
        ours: "RFC 8259: `tr ue` is refused, `com mand` is another key",
        why: "blanks inside texts must stay, and a typing error must not become a command",
        applies: { $0.isNamed("shape-split-key", "shape-whitespace-in-literal") },
        turn: { exchange, vector in
            let rule = vector.name == "shape-split-key" ? "missing-key" : "syntax"
            exchange = Exchange(replies: [unreadable(try vector.nonce, rule)], seen: nil)
        }
    )

    static let moreIsReadable = Divergence(
        name: "all JSON is read",
        original: "`1E5` and escapes with capital digits (`\\u00E9`) cannot be read (Q9)",
        ours: "both are read",
        why: "both are JSON (RFC 8259), and encoders write them",
        applies: {
            $0.isNamed("data-exp-upper", "data-value-unicode-escape-upper", "data-value-surrogate-upper")
        },
        turn: { exchange, vector in
            exchange.replies = [Exchange.text(try vector.reply())]
            exchange.seen = try vector.intactSeen
        }
    )

    static let frames = Divergence(
        name: "two frames get one reply",
        original: "a request of two frames kills the thread; some reach the delegate before (Q11)",
        ours: "one reply that names the rule, with the nonce of the frame that can be read",
        why: "one client must not end the service for all",
        applies: { $0.isNamed("frames-two*") },
        turn: { exchange, vector in
            exchange = Exchange(replies: [unreadable(try vector.nonce, "frames")], seen: nil)
        }
    )

    static let intactReplies = Divergence(
        name: "values of replies stay intact",
        original: "0.9.7 sends the whole reply through its key conversion: blanks, `_`, `-` and minus signs vanish "
            + "(Q2, Q3, Q7)",
        ours: "only keys are converted; what is not a number is null",
        why: "a damaged value is of no use to anybody, and clients cannot tell it from a whole one",
        applies: { vector in
            guard vector.dialect == .legacy, !isExplained(vector), let seen = vector["delegate_saw"] else {
                return false
            }
            let answer = try vector.answer(nonce: try seen.isNull ? vector.nonce : seen.need("nonce"))
            let damaged = try JSONReader.read(
                KeyCase.camelize(WireText.python(answer)),
                tolerance: .oldReleases
            )
            let intact = answer.convertingKeys(KeyCase.camelize).withNulls
            return WireText.canonical(damaged) != WireText.canonical(intact)
        },
        turn: { exchange, vector in
            let nonce = try vector["delegate_saw"]?["nonce"] ?? vector.nonce
            let damaged = KeyCase.camelize(WireText.python(try vector.answer(nonce: nonce)))
            // The rule explains what was recorded, byte for byte.
            #expect(vector["response_utf8"]?.string == damaged)
            exchange.replies = [Exchange.text(try vector.reply(nonce: nonce))]
        }
    )

    static let intactRequests = Divergence(
        name: "values of requests stay intact",
        original: "every release sends the request as one text through its key conversion: capitals and blanks of "
            + "values are lost, nonces too, and keys with a leading capital get an underscore (Q8)",
        ours: "values and nonces stay as they were sent, and so do keys; `data[\"someKey\"]` also finds `some_key`",
        why: "a path, a name, a date must arrive as it was sent",
        applies: { vector in
            guard vector["delegate_saw"]?.isNull == false, !vector.isNamed("frames-two*", "shape-*") else {
                return false
            }
            guard !ping.isDeclared(for: vector) else { return false }
            return try Exchange(recorded: vector).seen != vector.intactSeen
        },
        turn: { exchange, vector in
            // The rule explains what was recorded.
            let text = KeyCase.decamelize(String(decoding: try vector.request[0], as: UTF8.self))
            let damaged = try JSONReader.read(text)
            let saw = try vector.json.need("delegate_saw")
            #expect(damaged["nonce"] ?? 0 == saw["nonce"] && damaged["data"] ?? .null == saw["data"])
            #expect(damaged["custom_command"] ?? -1 == saw["custom_command"])
            exchange.seen = try vector.intactSeen
            if saw["nonce"] != (try vector.nonce) { exchange.replies = [Exchange.text(try vector.reply())] }
        }
    )

    static let moreIsWritable = Divergence(
        name: "0.9.7's unwritable data is written",
        original: "0.9.7 cannot write times, dates and lists of typed values as data, and answers a SYSTEM_ERROR",
        ours: "they are written as release 0.12.0 writes them",
        why: "in Swift all of these are JSON before they reach the service",
        applies: { $0.dialect == .legacy && $0.isNamed("delegate-data-datetime", "delegate-list-of-dataclass") },
        turn: { exchange, vector in exchange.replies = [Exchange.text(try vector.reply())] }
    )

    static let ownMessage = Divergence(
        name: "data that cannot be written has our own message",
        original: "result as given, data null, errorKind 1, errorCode 0 and a fixed English text",
        ours: "the same reply, and as text the rule that the data breaks. (In Swift: nested too deep, or too large)",
        why: "the text tells what to mend; programs look at errorKind (Q15)",
        applies: { !ping.isDeclared(for: $0) && isUnwritable($0) },
        turn: { exchange, vector in
            let rule = vector.isNamed("delegate-error-message-unserialisable") ? "size" : "depth"
            exchange.replies = try exchange.replies.map { reply in
                var object = try JSONReader.read(reply).as(\.object)
                object.set("errorMessage", to: .string("(rule: \(rule))"))
                return Exchange.text(.object(object))
            }
        }
    )

    static let integers = Divergence(
        name: "results and codes are integers",
        original: "a result or code of any type is sent as it is",
        ours: "the types are integers, so that only these can be expressed: here 0.0 becomes 0, a text or null 1, "
            + "and a result of null 0",
        why: "clients compare numbers",
        applies: {
            $0.isNamed(
                "delegate-error-code-none",
                "delegate-error-code-string",
                "delegate-error-code-float",
                "delegate-result-none"
            )
        },
        turn: { exchange, vector in
            exchange.replies = try exchange.replies.map { reply in
                var object = try JSONReader.read(reply).as(\.object)
                if object["result"]?.int == nil { object.set("result", to: 0) }
                let code = try object.read("errorCode", as: JSONValue.self)
                object.set("errorCode", to: code.double == 0 ? 0 : code.int.map(JSONValue.init) ?? 1)
                return Exchange.text(.object(object))
            }
        }
    )

    static let alwaysAnAnswer = Divergence(
        name: "a delegate answers or throws",
        original: "a delegate that returns nothing makes an EXCEPTION with Python's text about a missing attribute",
        ours: "cannot be expressed; a delegate that throws an error of its own makes an EXCEPTION that names its type",
        why: "the compiler refuses a delegate without an answer",
        applies: { $0.isNamed("delegate-returns-none") },
        turn: { exchange, vector in exchange.replies = [Exchange.text(try hiddenError(vector))] }
    )

    // MARK: - Divergences that need another service, in tests of their own

    static let lateAnswer = Divergence(
        name: "a late answer is published",
        original: "the client, and everybody else, waits as long as the delegate takes",
        ours: "after `pendingAfter` (100 ms) the client is told PENDING_WITH_NOTIFICATION, and the answer is "
            + "published when it comes. Nil switches this off",
        why: "a client that waits in vain cannot tell a slow command from a dead service",
        applies: { $0["delegate"]?["sleep"] != nil },
        turn: { exchange, vector in
            exchange.replies = try exchange.replies.map { reply in
                var object = try JSONReader.read(reply).as(\.object)
                object.set("result", to: 201)
                return Exchange.text(.object(object))
            }
        }
    )

    static let hiddenErrors = Divergence(
        name: "texts of errors are for the log",
        original: "the text of every exception goes to the client",
        ours: "only a CommandError's does; of another error the client learns the type",
        why: "such a text may name files and addresses that are nobody's business",
        applies: { $0["delegate"]?["raises"] != nil && !ping.isDeclared(for: $0) },
        turn: { exchange, vector in exchange.replies = [Exchange.text(try hiddenError(vector))] }
    )

    // MARK: - What they are made of

    func isDeclared(for vector: Vector) -> Bool { (try? applies(vector)) ?? false }

    private static func isUnwritable(_ vector: Vector) -> Bool {
        guard !moreIsWritable.isDeclared(for: vector) else { return false }
        return vector["response_utf8"]?.string?.contains("\"errorKind\":1,") == true
            || vector["response_utf8"]?.string?.contains("\"errorKind\": 1,") == true
    }

    /// Whether another divergence says what becomes of the reply.
    private static func isExplained(_ vector: Vector) -> Bool {
        vector["response_utf8"]?.isNull != false || isUnwritable(vector)
            || [ping, unreadable, strictText, moreIsReadable, frames, moreIsWritable, alwaysAnAnswer]
                .contains { $0.isDeclared(for: vector) }
    }

    private static func success(_ command: JSONValue, _ nonce: JSONValue) -> JSONValue {
        [
            "nonce": nonce, "command": command, "result": 100, "data": nil, "errorKind": 0, "errorCode": 0,
            "errorMessage": nil,
        ]
    }

    private static func unreadable(_ nonce: JSONValue, _ rule: String) -> JSONValue {
        [
            "nonce": nonce, "command": 0, "result": 0, "data": nil, "errorKind": 0, "errorCode": 0,
            "errorMessage": .string("(rule: \(rule))"),
        ]
    }

    private static func hiddenError(_ vector: Vector) throws -> JSONValue {
        [
            "nonce": try vector.nonce, "command": try vector.json.need("delegate_saw").need("command"), "result": 500,
            "data": nil, "errorKind": 0, "errorCode": 0,
            "errorMessage": "The command met an error (NotForTheClient)",
        ]
    }
}
