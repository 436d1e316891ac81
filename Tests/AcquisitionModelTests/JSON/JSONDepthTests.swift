import Foundation
import TestSupport
import Testing

@testable import AcquisitionModel

/// However deep somebody allows JSON to nest, no thread runs out of stack.
struct JSONDepthTests {
    private static let allowed = WireLimits(size: .max, depth: .max)

    @Test(arguments: ["[", "{\"a\":"])
    func refusesWhatNoStackHolds(_ bracket: String) async {
        let text = Array(String(repeating: bracket, count: 300_000).utf8)
        let rules = await onASmallStack {
            [
                Self.rule { _ = try JSONReader.read(text, limits: Self.allowed) },
                Self.rule { try JSONReader.check(text, limits: Self.allowed) },
                Self.rule { _ = try ApiCommandRequest(bytes: Array(#"{"data":"#.utf8) + text, limits: Self.allowed) },
            ]
        }
        #expect(rules == [.depth, .depth, .depth])
    }

    /// The deepest value that is read can be used for everything that a value is used for.
    @Test func takesTheDeepestThere() async throws {
        let half = WireLimits.maximumDepth / 2
        let text = String(repeating: "[{\"some_key\":", count: half) + "1" + String(repeating: "}]", count: half)
        let isRight = try await onASmallStack {
            Result {
                let value = try JSONReader.read(text, limits: Self.allowed)
                let other = try JSONReader.read(text, limits: Self.allowed)
                var writer = JSONWriter(limits: Self.allowed)
                CamelCaseKeys(value).encode(to: &writer)
                let camel = try JSONReader.read(writer.finish(), limits: Self.allowed)
                return [
                    value.description == text, try value.encoded(limits: Self.allowed) == Array(text.utf8),
                    value == other, value.hashValue == other.hashValue, value.weight > half * 100,
                    camel == value.withCamelCaseKeys, camel != value, camel.withSnakeCaseKeys == value,
                ]
            }
        }.get()
        #expect(!isRight.contains(false), "\(isRight)")
    }

    @Test func refusesToWriteWhatNoStackHolds() async {
        let rule = await onASmallStack {
            var value: JSONValue = 1
            for _ in 0..<1_000 { value = [value] }
            return Self.rule { [value] in _ = try value.encoded(limits: Self.allowed) }
        }
        #expect(rule == .depth)
    }

    private static func rule(_ body: () throws -> Void) -> WireError.Rule? {
        do {
            try body()
            return nil
        } catch {
            return ((error as? UnreadableRequest)?.error ?? error as? WireError)?.rule
        }
    }

    /// Nothing is allowed where the limits are below zero.
    @Test func takesNothingBelowZero() {
        #expect(throws: WireError.self) { try JSONReader.read("[]", limits: WireLimits(depth: -1)) }
        #expect(throws: WireError.self) { try JSONReader.read("1", limits: WireLimits(size: -1)) }
        #expect(throws: WireError.self) { try JSONValue.array([]).encoded(limits: WireLimits(size: .min, depth: .min)) }
    }

    /// On a thread with the 512 KiB that macOS gives to all but the main one; with more where a sanitizer makes every call
    /// take more.
    private func onASmallStack<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            let thread = Thread { continuation.resume(returning: body()) }
            thread.stackSize = 512 << 10 * Sanitizer.slowdown
            thread.start()
        }
    }
}
