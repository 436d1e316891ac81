import AcquisitionModel
@testable import AcquisitionRPC
@testable import AcquisitionZeroMQ
import Logging
import ZeroMQ

/// The frames of a command, and what a service replies to them.
enum EnvelopeTarget {
    private static let service: TransportRpcService = {
        let service = TransportRpcService(
            options: RpcOptions(pendingAfter: nil, load: LoadLimits(commandsPerSecond: nil)),
            transport: InProcessTransport(),
            logger: Logger(label: "fuzz") { _ in SwiftLogNoOpLogHandler() }
        )
        service.setDelegate { .success($0.data) }
        return service
    }()

    static func test(_ bytes: [UInt8]) {
        let message = Message(frames: frames(bytes))
        let request = Envelope.split(message, from: nil)
        let hasDelimiter = message.frames.dropFirst().contains(where: \.isEmpty)
        require((request.problem == nil) == hasDelimiter, "an empty frame behind the identity ends the envelope")
        require(request.peer.envelope + request.frames == message.frames, "no frame is lost and none is invented")
        require(!hasDelimiter || request.peer.envelope.last == [], "the envelope ends with the empty frame")
        let reply = Envelope.join([1, 2, 3], to: request.peer)
        require(reply.frames == request.peer.envelope + [[1, 2, 3]], "a reply goes back in the same envelope")
        if let problem = request.problem { requireNamed(problem, in: 0) }
        checkAnswer(to: request)
    }

    private static func checkAnswer(to request: IncomingRequest) {
        guard let bytes = service.answer(request) else {
            return require(false, "a delegate that answers at once has its reply sent at once")
        }
        let reply = succeed("a reply is JSON") { try ApiCommandReply(json: JSONReader.read(bytes)) }
        let body = request.frames.count == 1 && request.problem == nil ? request.frames[0] : nil
        do {
            guard let body else { throw UnreadableRequest(error: WireError(.frames, "frames"), nonce: nil) }
            let read = try ApiCommandRequest(bytes: body)
            require(reply.nonce.description == read.nonce.description, "the reply carries the request's nonce")
            require(reply.command == read.command, "the reply carries the request's command")
            // One that says until when it may begin, or in which start of the service, is late for this one.
            require(reply.result == .success || reply.isTooLate, "what can be read is answered: \(reply)")
        } catch {
            require(reply.command == .none && reply.result == .unrecognized, "the rest is refused: \(reply)")
            require(reply.errorMessage?.contains("(rule: ") == true, "a refusal names the rule: \(reply)")
        }
    }

    /// Frames of the lengths that a byte before each of them says; 255 stands for everything that is left.
    private static func frames(_ bytes: [UInt8]) -> [Frame] {
        var rest = bytes[...]
        var frames: [Frame] = []
        while let length = rest.popFirst() {
            let frame = length == 255 ? rest : rest.prefix(Int(length))
            frames.append(Array(frame))
            rest = rest.dropFirst(frame.count)
        }
        return frames
    }
}
