import Testing

@testable import AcquisitionRPC

struct NonceSourceTests {
    @Test func noncesSuitEveryReaderAndDoNotCollide() {
        var seen: Set<Int64> = []
        for _ in 0..<100 {
            var source = NonceSource()
            for _ in 0..<100 {
                let nonce = source.next()
                #expect(nonce >= 1 && nonce < 1 << 53)
                seen.insert(nonce)
            }
        }
        #expect(seen.count == 10_000)
    }
}
