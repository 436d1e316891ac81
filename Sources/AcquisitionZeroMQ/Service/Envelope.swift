import AcquisitionModel
import AcquisitionRPC
import ZeroMQ

/// Takes a request apart into the envelope, which the reply needs again as it was, and the body.
///
/// The envelope of a ROUTER is the peer's identity, whatever frames the client put before an empty one (REQ with
/// `REQ_CORRELATE` puts a request id of 4 bytes, a proxy more identities), and that empty frame.
enum Envelope {
    static func split(_ message: Message, from sender: CommandSender?) -> IncomingRequest {
        let frames = message.frames
        if let delimiter = frames.dropFirst().firstIndex(where: \.isEmpty) {
            return IncomingRequest(
                peer: PeerAddress(envelope: Array(frames[...delimiter])),
                frames: Array(frames[(delimiter + 1)...]),
                sender: sender
            )
        }
        return IncomingRequest(
            peer: PeerAddress(envelope: Array(frames.prefix(1))),
            frames: Array(frames.dropFirst()),
            problem: WireError(.frames, "A request has an empty frame before its body, this one has none"),
            sender: sender
        )
    }

    static func join(_ reply: [UInt8], to peer: PeerAddress) -> Message {
        Message(frames: peer.envelope + [reply])
    }
}
