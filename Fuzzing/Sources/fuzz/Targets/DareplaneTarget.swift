import DareplaneGateway
import GatewayCore

/// What a control room sends to a module, and a module to a control room.
enum DareplaneTarget {
    static func test(_ bytes: [UInt8]) {
        let text = String(decoding: bytes, as: UTF8.self)
        checkCommand(text)
        checkCallback(text)
        checkInbox(bytes)
    }

    /// A command that was read and can be written means the same when it is read again.
    private static func checkCommand(_ text: String) {
        guard let command = try? PCOMM(parsing: text), let written = try? command.text() else { return }
        let again = succeed("a command that was written can be read") { try PCOMM(parsing: written) }
        require(again.name == command.name, "the name of a command comes back")
        require(again.payload?.count == command.payload?.count, "the arguments of a command come back")
        require(written.utf8.allSatisfy { $0 < 0x80 && $0 != UInt8(ascii: ";") }, "a command is ASCII without ';'")
    }

    private static func checkCallback(_ text: String) {
        guard let callback = try? Callback(parsing: text), let written = try? callback.text() else { return }
        let again = succeed("a callback that was written can be read") { try Callback(parsing: written) }
        require(again == callback, "a callback comes back as it was")
        _ = try? callback.command()
    }

    /// In whatever pieces bytes arrive, as long as there is no silence between, they say the same.
    private static func checkInbox(_ bytes: [UInt8]) {
        for isAsked in [false, true] { checkInbox(bytes, isAsked: isAsked) }
    }

    private static func checkInbox(_ bytes: [UInt8], isAsked: Bool) {
        let now = ContinuousClock.now
        var whole = inbox(isAsked: isAsked)
        var elements = whole.receive(bytes, at: now)
        elements += whole.end()
        var pieces = inbox(isAsked: isAsked)
        var others: [ModuleInbox.Element] = []
        for byte in bytes { others += pieces.receive([byte], at: now) }
        others += pieces.end()
        require(elements == others, "pieces say the same as the whole: \(elements), \(others)")
        require(whole.deadline == nil, "nothing is begun after the end")
    }

    /// - Parameter isAsked: whether the module owes answers.
    private static func inbox(isAsked: Bool) -> ModuleInbox {
        var inbox = ModuleInbox(sizeLimit: 128)
        inbox.modules = ["module-1", "1a"]
        if isAsked {
            inbox.expectSignOfLife()
            inbox.expectCommands()
        }
        return inbox
    }
}
