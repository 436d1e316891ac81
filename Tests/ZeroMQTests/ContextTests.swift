import Foundation
import Testing
import ZeroMQ

@Suite(.timeLimit(.minutes(1)))
struct ContextTests {
    @Test func takesItsNumbers() throws {
        let context = try Context(ioThreads: 2, maxSockets: 7)
        #expect(context.ioThreads == 2)
        #expect(context.maxSockets == 7)
        #expect(Context.shared.ioThreads == 1)
    }

    @Test(arguments: [-1, Int.max])
    func refusesNumbersOutOfRange(ioThreads: Int) throws {
        #expect(failure { try Context(ioThreads: ioThreads) }?.code == .invalidArgument)
    }

    @Test func refusesMoreSocketsThanItMayHold() throws {
        let context = try Context(maxSockets: 1)
        let socket = try context.socket(.pair)
        #expect(failure { try context.socket(.pair) }?.code == .tooManySockets)
        socket.close()
    }

    @Test func shutdownEndsABlockedReceive() throws {
        let context = try Context()
        let socket = try context.socket(.rep)
        try socket.bind("tcp://127.0.0.1:*")
        let blocked = try BackgroundThread { failure { try persistently { try socket.receive() } } }
        socket.waitUntilInUse()
        context.shutdown()
        #expect(try blocked.join()?.code == .terminated)
        #expect(failure { try socket.receive() }?.code == .terminated)
        #expect(failure { try context.socket(.pub) }?.code == .terminated)
    }

    @Test func shutdownEndsABlockedPoll() throws {
        let context = try Context()
        let socket = try context.socket(.sub)
        let poller = Poller(watching: socket)
        let blocked = try BackgroundThread { failure { try persistently { try poller.poll() } } }
        socket.waitUntilInUse()
        context.shutdown()
        #expect(try blocked.join()?.code == .terminated)
    }

    @Test func socketsKeepItAliveAndThenItEnds() throws {
        weak var context: Context?
        do {
            var owned: Context? = try Context()
            context = owned
            let server = try owned?.socket(.pair)
            let client = try owned?.socket(.pair)
            owned = nil
            #expect(context != nil)
            try server?.bind("tcp://127.0.0.1:*")
            try client?.connect(try server?.lastEndpoint ?? "")
            try client?.send(Message("still here"))
            #expect(try server?.receive() == Message("still here"))
        }
        #expect(context == nil)
    }

    @Test func endsWithMessagesThatNobodyReads() throws {
        let context = try Context()
        let socket = try context.socket(.dealer)
        try socket.connect("tcp://127.0.0.1:1")
        #expect(try socket.trySend(Message("to nobody")))
    }

    @Test func descriptorsStayFlat() throws {
        let before = try descriptorCount()
        do {
            let context = try Context()
            for _ in 0..<2000 {
                // libzmq closes in the background, and counts a socket until that is done.
                while failure({ try context.socket(.dealer) })?.code == .tooManySockets { sched_yield() }
            }
        }
        // Other tests run beside this one; a leak would be in the thousands.
        #expect(try descriptorCount() - before < 500)
    }

    private func descriptorCount() throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/dev/fd").count
    }
}
