import TestSupport
import Testing

@testable import AcquisitionModel

/// What a request costs while its delegate waits, as the C library counts it.
///
/// In processes of their own, where no other test takes memory.
struct RequestWeightTests {
    /// Requests of 128 KiB each, by what they are made of.
    private static let large: [(String, String)] = [
        ("\"data\":", "[[0]]"), ("\"data\":", "{\"a\":0}"), ("\"data\":", "\"0123456789abcdef\""), ("\"data\":", "0"),
        ("\"nonce\":", "[0]"), ("\"customCommand\":", "[]"),
    ]

    private static func body(_ key: String, _ element: String, _ size: Int) -> [UInt8] {
        let count = (size - 100) / (element.utf8.count + 1)
        let elements = Array(repeating: element, count: count).joined(separator: ",")
        return Array("{\"command\":3,\(key)[\(elements)]}".utf8)
    }

    /// What `count` requests hold, and what they say that they hold.
    private static func measure(
        _ count: Int,
        _ make: () throws -> ApiCommandRequest
    ) throws -> (held: Int, said: Int)? {
        var requests: [ApiCommandRequest] = []
        requests.reserveCapacity(count)
        _ = try make()
        guard let before = MemoryInUse.bytes else { return nil }
        for _ in 0..<count { requests.append(try make()) }
        guard let after = MemoryInUse.bytes else { return nil }
        let stored = count * MemoryLayout<ApiCommandRequest>.stride
        return (after - before + stored, requests.reduce(0) { $0 + $1.weight })
    }

    /// A request costs no more than its bytes and a little; 22 times as much before.
    @Test func aLargeOneCostsItsBytes() async {
        await #expect(processExitsWith: .success) {
            for (key, element) in RequestWeightTests.large {
                let bytes = RequestWeightTests.body(key, element, 1 << 17)
                guard
                    let (held, said) = try RequestWeightTests.measure(
                        5,
                        { try ApiCommandRequest(bytes: bytes.map { $0 }) }
                    )
                else { return }
                #expect(held < 5 * 140_000, "\(key) \(element): \(held)")
                #expect(said >= held / 2 && said <= held * 2, "\(key) \(element): \(said), \(held)")
            }
        }
    }

    /// Neither does what is not asked for.
    @Test func whatIsNotNamedCostsNothing() async {
        await #expect(processExitsWith: .success) {
            let bytes = RequestWeightTests.body("\"data\":{\"a\":[1]},\"other\":", "[0]", 1 << 13)
            let measured = try RequestWeightTests.measure(100) { try ApiCommandRequest(bytes: bytes.map { $0 }) }
            if let (held, said) = measured {
                #expect(held < 100_000)
                #expect(said >= held / 2 && said <= held * 2, "\(said), \(held)")
            }
        }
    }

    /// Small requests, and data that a program sets, are weighed by their values.
    @Test func theWeightIsNeverLessThanHalf() async {
        await #expect(processExitsWith: .success) {
            let elements = [
                "[0]", "[[[]],{}]", "{\"key\":\"a longer text than fifteen\"}", "\"short\"", "1e999",
                "[1,2,3,4,5,6,7,8,9]",
                "{" + (0..<40).map { "\"key \($0) of an indexed object\":\($0)" }.joined(separator: ",") + "}",
            ]
            for element in elements {
                for size in [200, 1000, 5000] {
                    let bytes = RequestWeightTests.body("\"client\":\"somebody of that name\",\"data\":", element, size)
                    let measured = try RequestWeightTests.measure(20) {
                        var request = try ApiCommandRequest(bytes: bytes.map { $0 })
                        if size == 5000 { request.data = request.data }
                        return request
                    }
                    guard let (held, said) = measured else { return }
                    #expect(said >= held / 2 && said <= held * 2, "\(element), \(size): \(said), \(held)")
                }
            }
        }
    }
}
