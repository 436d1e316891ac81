import GatewayCore
import IBLGateway

/// What rigs send to one another.
enum RigTarget {
    static func test(_ bytes: [UInt8]) {
        if let message = try? RigMessage(reading: bytes) {
            let again = succeed("a message that was written can be read") { try RigMessage(reading: message.encoded) }
            require(again.event == message.event, "the event comes back")
            require(again.elements.count == message.elements.count, "the elements come back")
            _ = (message.failure, message.login, message.status, message.data)
        }
        for transport in [RigURI.Transport.udp, .tcp] { converse(bytes, transport) }
    }

    /// A peer that sends anything is echoed, and never leaves a message of this side without an end.
    private static func converse(_ bytes: [UInt8], _ transport: RigURI.Transport) {
        var now = ContinuousClock.now
        var conversation = PeerConversation(transport)
        var actions = conversation.send(RigMessage.initialize().encoded, id: 1, now: now)
        // The first byte says where the rest is cut in two.
        let cut = bytes.first.map { Int($0) % (bytes.count + 1) } ?? 0
        for piece in [Array(bytes[..<cut]), Array(bytes[cut...])] where !piece.isEmpty {
            actions += conversation.received(piece, now: now)
            now += .milliseconds(1)
        }
        var steps = 0
        while let deadline = conversation.nextDeadline {
            now = max(now, deadline)
            actions += conversation.timePassed(now: now)
            steps += 1
            require(steps < 1000, "a conversation comes to rest")
        }
        let ends = actions.count { action in
            switch action {
            case .confirmed(1), .failed(1, _): true
            default: false
            }
        }
        require(ends == 1, "a message is confirmed or fails, once")
        require(conversation.isIdle, "nothing is left to do")
    }
}
