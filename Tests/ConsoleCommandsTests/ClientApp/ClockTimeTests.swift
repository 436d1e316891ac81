import Foundation
import Testing

@testable import ConsoleCommands

struct ClockTimeTests {
    @Test func theTimeHasMilliseconds() throws {
        let zone = try #require(TimeZone(secondsFromGMT: 3600))
        #expect(ClockTime.text(Date(timeIntervalSince1970: 0.25), in: zone) == "01:00:00.250")
        #expect(ClockTime.text(Date(timeIntervalSince1970: 86_399.9), in: zone) == "00:59:59.900")
    }
}
