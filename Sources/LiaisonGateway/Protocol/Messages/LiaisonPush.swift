import AcquisitionModel
import GatewayCore

/// A message that is no reply (`protocol/liaison.md`, L20), as its receivers need it.
///
/// Every listener of a page looks into `evt.id` of whatever arrives, to find its reply, and throws where there is no `evt`;
/// PsychoPy Studio passes what has a `tag` on, by that. So a push has both, and its id is the id of no request.
enum LiaisonPush {
    /// Tags that say that a message is a reply.
    private static let replies: Set<String> = ["response", "error"]

    /// The text of a message: a text as it is, anything else as valid JSON. What is no object stands under `message`.
    ///
    /// - Parameter tag: the tag, where the message has none of its own.
    static func text(_ message: JSONValue, tag: String = "push") -> String {
        if let text = message.string { return text }
        var members = message.object ?? ["message": message]
        let own = members.value(ofExactly: "tag")
        if own == nil || own == .null { members.set("tag", to: .string(replies.contains(tag) ? "push" : tag)) }
        let event = members.value(ofExactly: "evt")
        if event == nil || event == .null {
            let name = members.value(ofExactly: "tag")?.string ?? "push"
            members.set("evt", to: ["id": .string("push:\(name)")])
        }
        return JSONValue.object(members).strictPythonText
    }
}
