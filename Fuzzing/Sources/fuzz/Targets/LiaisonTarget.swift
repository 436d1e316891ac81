import GatewayCore
import LiaisonGateway

/// What a Liaison client sends.
enum LiaisonTarget {
    static func test(_ bytes: [UInt8]) {
        let json = ReaderProperties.check(bytes)
        guard let request = try? LiaisonRequest(bytes) else { return }
        if let json { require(request.event == json, "the whole request is echoed") }
        let reply = LiaisonReply(.error(["one\n"]), to: request)
        require(reply.text.utf8.allSatisfy { (0x20..<0x7F).contains($0) }, "a reply is one line of ASCII")
    }
}
