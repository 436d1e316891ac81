import Testing

@testable import AcquisitionRPC

struct LeadPatienceTests {
    @Test func delegatesThatReturnQuicklyCostNothing() {
        var patience = LeadPatience()
        for _ in 0..<1000 { patience.returned(after: .microseconds(1_999)) }
        #expect(!patience.isShort)
    }

    @Test func oneThatBlocksMakesItShort() {
        var patience = LeadPatience()
        patience.blocked()
        #expect(patience.isShort)
        patience = LeadPatience()
        patience.returned(after: LeadPatience.long)
        #expect(patience.isShort, "nobody may have noticed before it returned")
    }

    @Test func itIsLongAgainAfterSoManyQuickOnesInARow() {
        var patience = LeadPatience()
        patience.blocked()
        for _ in 1..<LeadPatience.calm { patience.returned(after: .zero) }
        #expect(patience.isShort)
        patience.returned(after: .milliseconds(20))
        for _ in 1..<LeadPatience.calm { patience.returned(after: .zero) }
        #expect(patience.isShort, "in a row")
        patience.returned(after: .zero)
        #expect(!patience.isShort)
    }
}
