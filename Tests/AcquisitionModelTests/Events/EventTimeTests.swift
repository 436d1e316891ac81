import AcquisitionModel
import Foundation
import Testing

/// When an event happened, as peers say it.
struct EventTimeTests {
    @Test func tellsTheTime() {
        #expect(EventTime(secondsSince1970: 1.5).date == Date(timeIntervalSince1970: 1.5))
        #expect(EventTime(json: 17).secondsSince1970 == 17)
        #expect(EventTime(json: "1970-01-01T00:01:00Z").secondsSince1970 == 60)
        #expect(EventTime(json: "yesterday").date == nil)
    }

    /// Old releases publish NaN; the description of such a date ends the program.
    @Test(arguments: ["NaN", "Infinity", "-Infinity", "1e999", "1e300", "-1e300", "null"])
    func whatIsNoTimeIsNone(_ text: String) throws {
        let event = Array(#"{"kind":101,"when":\#(text),"index":1}"#.utf8)
        let message = ApiMessage(topic: .event, payload: event)
        guard case .event(let read) = message.content else {
            Issue.record("\(message)")
            return
        }
        #expect(read.when.secondsSince1970?.isFinite != false)
        #expect(read.when.date.map { !"\($0)".isEmpty } != false)
        #expect(read.when.date == nil || text.contains("e300"))
    }
}
