import TestSupport
import Testing

@testable import AcquisitionZeroMQ

struct SubscriptionAccountsTests {
    /// Against a plain model: the sets of topics themselves.
    @Test func aCostIsThatOfWhatIsSubscribed() {
        var random = SeededGenerator()
        var accounts = SubscriptionAccounts()
        var model: [Int32: Set<[UInt8]>] = [:]
        for _ in 0..<20_000 {
            let descriptor = Int32.random(in: 3...6, using: &random)
            let length = Int.random(in: 0...3, using: &random)
            let topic = (0..<length).map { _ in UInt8.random(in: 0...2, using: &random) }
            switch Int.random(in: 0...100, using: &random) {
            case 0:
                accounts.close(descriptor)
                model[descriptor] = nil
            case 1...50:
                accounts.note([0] + topic, from: descriptor)
                model[descriptor]?.remove(topic)
            default:
                accounts.note([1] + topic, from: descriptor)
                model[descriptor, default: []].insert(topic)
            }
        }
        func cost(_ topics: Set<[UInt8]>) -> Int {
            topics.reduce(0) { $0 + SubscriptionAccounts.baseCost + SubscriptionAccounts.byteCost * $1.count }
        }
        for descriptor in 3...6 as ClosedRange<Int32> {
            let topics = model[descriptor] ?? []
            #expect(accounts.count(of: descriptor) == topics.count, "seed \(random.seed)")
            #expect(accounts.cost(of: descriptor) == cost(topics), "seed \(random.seed)")
        }
        let all = cost(model.values.reduce(into: []) { $0.formUnion($1) })
        let shares = model.values.reduce(0) { $0 + $1.count } * SubscriptionAccounts.shareCost
        #expect(accounts.cost == all + shares, "seed \(random.seed)")
        for descriptor in 3...6 as ClosedRange<Int32> { accounts.close(descriptor) }
        #expect(accounts.cost == 0)
    }

    @Test func whoeverTakesMostIsCutFirst() {
        var accounts = SubscriptionAccounts()
        for descriptor in 1...10 as ClosedRange<Int32> {
            for topic in 0..<UInt8(descriptor) { accounts.note([1, UInt8(descriptor), topic], from: descriptor) }
        }
        let single = SubscriptionAccounts.baseCost + 2 * SubscriptionAccounts.byteCost
        #expect(accounts.excess(perConnection: single * 8, inAll: .max) == [9, 10])
        #expect(accounts.excess(perConnection: .max, inAll: accounts.cost) == [])
        #expect(accounts.excess(perConnection: .max, inAll: accounts.cost - 1) == [10])
        #expect(accounts.excess(perConnection: single * 9, inAll: accounts.cost - single * 11) == [10, 9])
    }

    @Test func whatIsNoSubscriptionCostsNothing() {
        var accounts = SubscriptionAccounts()
        accounts.note([], from: 3)
        accounts.note([2, 1, 1], from: 3)
        #expect(accounts.cost == 0 && accounts.bytes(of: 3) == 3)
    }
}
