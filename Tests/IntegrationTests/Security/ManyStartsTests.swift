import AcquisitionModel
import AcquisitionZeroMQ
import TestSupport
import Testing
import ZeroMQ

/// Contexts with CURVE that end while others live: libzmq before 4.3.5 is said to crash then.
@Suite(.serialized, .timeLimit(.minutes(5)), .enabled(if: Library.has("curve")))
struct ManyStartsTests {
    private static let count = Heavy.count(1_000, short: 50)

    @Test func servicesStartAndStopBesideOneThatWorks() async throws {
        let lasting = try SecureBench()
        let peer = try lasting.peer(lasting.pair(.operator))
        let path = lasting.keys.path
        for number in 0..<Self.count {
            let bench = try Bench { $0.security = .required(keys: path) }
            let client = try bench.commands(.dealer) { try lasting.equip($0, lasting.pair(.observer)) }
            // Some are left amid the handshake, others with a client that is in.
            if number % 2 == 0 { #expect(try await client.give(.none).result == .success) }
            #expect(try await peer.give(.getStatus).result == .success)
            await bench.close()
        }
        #expect(lasting.commands.all.count == Self.count)
        await lasting.close()
    }
}
