import AcquisitionModel
@testable import ConsoleCommands

/// The body of a command.
enum RequestTarget {
    static func test(_ bytes: [UInt8]) {
        let json = ReaderProperties.check(bytes)
        for dialect in Dialect.allCases {
            do {
                check(try ApiCommandRequest(bytes: bytes, dialect: dialect), in: dialect)
                require(json?.object != nil, "a request is an object")
            } catch {
                requireNamed(error.error, in: bytes.count)
                check(error, json)
            }
        }
    }

    private static func check(_ request: ApiCommandRequest, in dialect: Dialect) {
        let written = succeed("a request that was read can be written") { try request.encoded() }
        let again = succeed("a request that was written can be read") {
            try ApiCommandRequest(bytes: written, dialect: dialect)
        }
        var expected = request
        expected.data = request.keys == .asGiven ? request.data : request.data.withReversibleCamelCaseKeys
        // -1 stands for none, and is left out.
        require(again == expected, "a request comes back as it was sent: \(again), \(expected)")
        let isKnown =
            request.command.isKnown(in: dialect)
            || ApiCommand.labNumbers.contains(request.command.rawValue)
        require(isKnown || request.command == .userDefined, "an unknown command is the lab's")

        let reply = ApiCommandReply(.success(request.data), to: request)
        let received = succeed("a reply can be read") { try ApiCommandReply(json: JSONReader.read(reply.bytes())) }
        require(received.nonce.description == request.nonce.description, "the nonce comes back as it was")
        let answered = request.keys == .asGiven ? request.data : request.data.withCamelCaseKeys
        require(received.data == answered, "the data of a reply arrives")
        requireHarmless(TrainerReport.command(request, reply.response).text(in: dialect))
    }

    /// The refusal reaches the client, with the nonce where there is one.
    private static func check(_ unreadable: UnreadableRequest, _ json: JSONValue?) {
        let reply = succeed("a refusal can be read") {
            try ApiCommandReply(json: JSONReader.read(ApiCommandReply(unreadable).bytes()))
        }
        require(reply.nonce == json?["nonce"] ?? 0, "a refusal carries the nonce")
        require(reply.command == .none && reply.result == .unrecognized, "a refusal has command 0 and result 0")
        require(reply.errorMessage == unreadable.error.description, "a refusal says why")
    }
}
