import GatewayCore
import IBLGateway
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1)))
struct LossyNetworkTests {
    /// What was confirmed was delivered, and nothing was delivered twice. (That only what was lost fails, is tested where
    /// the time is the test's own.)
    @Test(arguments: 0..<3)
    func datagramsGetLostCopiedAndSwapped(_ round: Int) async throws {
        let random = SeededGenerator()
        let settings = ConversationSettings(echoTimeout: .milliseconds(300))
        let count = Heavy.count(500, short: 25)
        let server = Communicator.server(.udp, settings: settings)
        try await server.whileRunning { uri in
            let proxy = LossyProxy(server: uri, seed: random.seed)
            try await proxy.whileRunning { front in
                let client = Communicator.client(front, settings: settings)
                try await client.whileRunning { _ in
                    let heard = server.messages([.info])
                    var confirmed: [Int] = []
                    for number in 0..<count {
                        do {
                            try await client.info(.running, .init(number))
                            confirmed.append(number)
                        } catch let error as GatewayError {
                            #expect(error.code == .noAnswer, "seed \(random.seed)")
                        }
                    }
                    let last = try await Self.getThrough(client)
                    var delivered: [Int] = []
                    for await event in heard {
                        let number = try #require(event.message.data.int)
                        // A message that was swapped with the last one may come after it: it is not among the confirmed.
                        if number == last { break }
                        if number < count { delivered.append(number) }
                    }
                    #expect(Set(delivered).count == delivered.count, "twice: seed \(random.seed)")
                    #expect(Set(confirmed).isSubset(of: delivered), "lost: seed \(random.seed)")
                    #expect(confirmed.count > count / 3, "seed \(random.seed)")
                }
            }
        }
    }

    /// Sends numbers from 10 000 on until one is confirmed; that one.
    private static func getThrough(_ client: Communicator) async throws -> Int {
        var number = 10_000
        while true {
            do {
                try await client.info(.running, .init(number))
                return number
            } catch is GatewayError {
                number += 1
            }
        }
    }

    /// Without loss nothing fails, whatever is copied or comes in another order.
    @Test func copiesAndOrderAloneHarmNothing() async throws {
        let random = SeededGenerator()
        let server = Communicator.server(.udp)
        try await server.whileRunning { uri in
            let proxy = LossyProxy(server: uri, seed: random.seed, lost: 0, copied: 50, swapped: 0)
            try await proxy.whileRunning { front in
                let client = Communicator.client(front)
                try await client.whileRunning { _ in
                    let heard = server.messages(capacity: 1000)
                    for number in 0..<200 { try await client.status(ExpStatus(rawValue: number)) }
                    try await client.cleanup()
                    var delivered: [Int] = []
                    for await event in heard {
                        guard let status = event.message.status else { break }
                        delivered.append(status.rawValue)
                    }
                    #expect(delivered == Array(0..<200), "seed \(random.seed)")
                }
            }
        }
    }
}
