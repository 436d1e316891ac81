/// Until when a command may begin, in the time of the service that is asked: so many milliseconds after it was started.
///
/// The clocks of two machines differ, and no service can know how long a request was on its way; but it knows how old it is,
/// and tells its clients (``HeartbeatMessage/uptime``, ``ApiCommandReply/uptime``). What is said is over for every other start
/// of the service. A client that has not heard of the time yet says ``question``, which is over for every service.
package struct RequestDeadline: Sendable, Hashable {
    /// The start of the service that is meant; nil where the client knows of none.
    package var epoch: Int?
    /// How old the service may be when the command begins, in milliseconds.
    package var uptime: Int

    /// A deadline.
    package init(epoch: Int?, uptime: Int) {
        self.epoch = epoch
        self.uptime = uptime
    }

    /// Asks a service that keeps deadlines for its time.
    package static let question = RequestDeadline(epoch: nil, uptime: 0)

    /// Whether the client knew no time, so that it does not expect the command to run.
    package var isQuestion: Bool { epoch == nil }

    /// Where in the body of a request what it says of its time begins, if that stands last, as
    /// ``ApiCommandRequest/encode(to:)`` writes it; else the end of the body.
    package static func start(in body: [UInt8]) -> Int {
        var end = body.count
        guard take(last: "}", of: body, &end), takeNumber(of: body, &end), take(last: #","deadline":"#, of: body, &end)
        else { return body.count }
        let start = end
        let hasEpoch = takeNumber(of: body, &end) && take(last: #","epoch":"#, of: body, &end)
        return hasEpoch ? end : start
    }

    private static func take(last text: StaticString, of body: [UInt8], _ end: inout Int) -> Bool {
        let count = text.utf8CodeUnitCount
        guard end >= count else { return false }
        let isThere = text.withUTF8Buffer { $0.elementsEqual(body[end - count..<end]) }
        if isThere { end -= count }
        return isThere
    }

    private static func takeNumber(of body: [UInt8], _ end: inout Int) -> Bool {
        let first = end
        while end > 0, UInt8(ascii: "0")...UInt8(ascii: "9") ~= body[end - 1] { end -= 1 }
        return end < first
    }
}
