import AcquisitionRPC
import Foundation
import TestSupport
import Testing

/// What a real module server was seen to do (`Tests/Fixtures/vectors/dareplane-server-….json`).
struct ServerVector: Sendable, CustomTestStringConvertible {
    static let releases = ["0.0.24", "0.0.23", "0.0.19"]

    let name: String
    let release: String
    let chunks: [[UInt8]]
    let banner: String
    let outcome: Outcome
    /// What a second client was sent, in the vectors that have one.
    let second: Second?

    /// What is compared.
    struct Outcome: Sendable, Equatable {
        var reply: String
        var calls: [Calls.Call]
        /// Commands that were still under way at the end.
        var running: Int
        /// Whether the server went on.
        var isAlive: Bool
    }

    /// What a second client was sent.
    struct Second: Sendable, Equatable {
        var isFirstGone: Bool
        var banner: String
        /// The answer to UP.
        var reply: String
    }

    var testDescription: String { "\(release) \(name)" }

    static func all() throws -> [ServerVector] {
        try releases.flatMap { release in
            let file = try Fixtures.data("vectors/dareplane-server-\(release).json")
            let vectors = try JSONReader.read(Array(file), limits: WireLimits(size: 1 << 24)).array ?? []
            return try vectors.map { try ServerVector($0, release: release) }
        }
    }

    private init(_ json: JSONValue, release: String) throws {
        func text(_ key: String) throws -> String { try #require(json[key]?.string, "\(key) of \(json)") }
        name = try text("name")
        self.release = release
        banner = try text("banner")
        chunks = try #require(json["client_chunks_hex"]?.array).map { try Self.bytes(#require($0.string)) }
        let calls = try #require(json["handler_calls"]?.array).map { call in
            Calls.Call(try #require(call[0]?.string), try #require(call[1]?.object))
        }
        outcome = Outcome(
            reply: try text("reply_text"),
            calls: calls,
            running: try #require(json["running_threads"]?.int) + #require(json["running_processes"]?.int),
            isAlive: json["server_thread_alive"] == true
        )
        if json["second_connection_banner"] != nil {
            second = Second(isFirstGone: false, banner: try text("second_connection_banner"), reply: "")
        } else if json["after_client_disconnect_banner"] != nil {
            second = Second(
                isFirstGone: true,
                banner: try text("after_client_disconnect_banner"),
                reply: try text("after_client_disconnect_up_reply")
            )
        } else if json["second_client_banner_while_first_connected"] != nil {
            second = Second(
                isFirstGone: false,
                banner: try text("second_client_banner_while_first_connected"),
                reply: try text("second_client_up_reply_while_first_connected")
            )
        } else {
            second = nil
        }
    }

    private static func bytes(_ hex: String) throws -> [UInt8] {
        let digits = Array(hex.utf8)
        return try stride(from: 0, to: digits.count, by: 2).map { index in
            try #require(UInt8(String(decoding: digits[index..<(index + 2)], as: UTF8.self), radix: 16))
        }
    }
}
