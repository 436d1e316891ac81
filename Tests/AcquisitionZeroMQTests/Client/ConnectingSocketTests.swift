import Testing
import ZeroMQ

@testable import AcquisitionZeroMQ

/// What is common to all sockets that connect.
struct ConnectingSocketTests {
    @Test func tcpGivesUpWhatItCannotDeliverOnEverySocketThatConnects() throws {
        let subscriber = try Context.shared.socket(.sub)
        try SocketSettings.apply(toSubscriber: subscriber, mostBytes: 1_000, reconnects: true)
        let dealer = try Context.shared.socket(.dealer)
        try SocketSettings.apply(toDealer: dealer, mostBytes: 1_000)
        for socket in [subscriber, dealer] {
            #expect(try socket.get(.tcpMaxRetransmitTimeout) == .seconds(5))
            socket.close()
        }
    }
}
