import Foundation
import Testing

@testable import ConsoleCommands

/// Numbers of a peer or a file that nobody reckons with are shown somehow.
struct AbsurdNumberTests {
    @Test(arguments: ["1e300", "-1e300", "1e19", "null", "\"x\""]) func anEntryTookAnyTime(_ duration: String) {
        let entry = Array(#"{"seq":1,"entry":"command","outcome":"success","duration":\#(duration)}"#.utf8)
        entry.withUnsafeBytes { bytes in
            #expect(AuditView.row(bytes, number: 1, style: .plain).contains("success"))
        }
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity, 1e300, -1e300, 1e15, -1]) func aClockShowsAnyTime(
        _ time: Double
    ) {
        let date = Date(timeIntervalSince1970: time)
        #expect(ClockTime.text(date).count == 12)
        #expect(WallClock.timeOfDay(date).count == 12)
    }

    @Test(arguments: [Duration.seconds(Int64.max), Duration(attoseconds: .max), Duration(attoseconds: .min)])
    func aDurationIsShown(_ time: Duration) {
        #expect(!DurationArgument.words(time).isEmpty)
        #expect(PingView.milliseconds(time).hasSuffix(" ms"))
    }
}
