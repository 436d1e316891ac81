import Testing
import ZeroMQ

struct ZeroMQErrorTests {
    @Test(arguments: [
        (
            ZeroMQError(.terminated, operation: "receive"),
            "Cannot receive: the context was shut down. This is a clean end: close the socket."
        ),
        (
            ZeroMQError(.noDevice, operation: "bind", endpoint: "tcp://eth7:*"),
            "Cannot bind tcp://eth7:*: no network interface has that name. "
                + "Use an address or interface of this machine, or * for all."
        ),
        (
            ZeroMQError(.notFound, operation: "disconnect", endpoint: "tcp://a:1"),
            "Cannot disconnect from tcp://a:1: there is no such endpoint. "
                + "Give it exactly as it was bound or connected; an ipc folder must exist."
        ),
    ])
    func saysWhatToDoNext(error: ZeroMQError, text: String) {
        #expect(error.description == text)
    }

    @Test func keepsNumbersWithoutAName() {
        let error = ZeroMQError(errno: 12345, operation: "send")
        #expect(error.code == .init(rawValue: 12345))
        #expect(error.errno == 12345)
        #expect(error.description == "Cannot send: unknown error 12345.")
    }

    @Test func ownCodesHaveAnErrno() {
        #expect(ZeroMQError(.timedOut, operation: "send").errno == ZeroMQError.Code.wouldBlock.rawValue)
        #expect(ZeroMQError(.closed, operation: "send").errno == ZeroMQError.Code.notASocket.rawValue)
    }
}
