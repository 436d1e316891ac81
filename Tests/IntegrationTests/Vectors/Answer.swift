import AcquisitionModel
import AcquisitionRPC
import Synchronization
import Testing

/// What a vector's delegate does, in Swift.
enum Answer {
    /// An error that is not meant for the client.
    struct NotForTheClient: Error {}

    /// The delegate that a vector describes; nil where it has none.
    static func delegate(of vector: Vector) throws -> CommandRequestDelegate? {
        let delegate = vector["delegate"] ?? .null
        if let exception = delegate["raises"] {
            let text = try text(of: exception)
            return { _ in throw CommandError(text) }
        }
        // A Swift delegate always answers something, or throws.
        if delegate["returns_none"] == true { return { _ in throw NotForTheClient() } }
        guard let returned = delegate["returns"] else { return nil }
        let response = try response(Tags.translate(returned, vector.dialect))
        let pause = delegate["sleep"]?.double ?? 0
        return { _ in
            if pause > 0 { try await Task.sleep(for: .seconds(pause)) }
            return response
        }
    }

    /// The text that Python makes of an exception.
    static func text(of exception: JSONValue) throws -> String {
        guard let argument = exception["args"]?[0]?.string else { return "" }
        return exception["type"] == "KeyError" ? "'\(argument)'" : argument
    }

    /// The answer of these fields. Results and codes are integers: what is none becomes 0 and 1, and a text that
    /// cannot be written becomes one that is larger than a message may be.
    static func response(_ fields: JSONValue) throws -> ApiCommandRequestResponse {
        let code = fields["error_code"] ?? 0
        let message = fields["error_message"] ?? .null
        return ApiCommandRequestResponse(
            ApiCommandRequestResult(rawValue: fields["result"]?.int ?? 0),
            data: fields["data"] ?? .null,
            errorCode: code.int ?? 1,
            errorMessage: message.isNull ? nil : message.string ?? String(repeating: "x", count: 2 << 20),
            command: ApiCommand(rawValue: fields["command"]?.int ?? 0),
            nonce: fields["nonce"] ?? -1
        )
    }
}

/// What a delegate was asked, in the order of the questions.
final class Seen: Sendable {
    private let list = Mutex<[ApiCommandRequest]>([])

    var requests: [ApiCommandRequest] { list.withLock { $0 } }

    /// A delegate that notes the request and asks `inner`.
    func noting(_ inner: CommandRequestDelegate?) -> CommandRequestDelegate? {
        guard let inner else { return nil }
        return { [self] request in
            list.withLock { $0.append(request) }
            return try await inner(request)
        }
    }
}
