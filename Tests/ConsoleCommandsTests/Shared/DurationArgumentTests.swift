import Testing

@testable import ConsoleCommands

struct DurationArgumentTests {
    @Test(arguments: [
        ("5s", Duration.seconds(5)), ("500ms", .milliseconds(500)), ("2m", .seconds(120)), ("1.5s", .seconds(1.5)),
        ("7", .seconds(7)), ("0s", .zero), ("1h", .seconds(3600)),
    ])
    func readsWhatPeopleWrite(_ text: String, _ duration: Duration) {
        #expect(DurationArgument(text)?.duration == duration)
    }

    @Test(arguments: ["", "s", "-1s", "5 s", "5x", "1e3s", "nan", "1..5s", "99999999999s"])
    func refusesTheRest(_ text: String) { #expect(DurationArgument(text) == nil) }

    @Test(arguments: ["5s", "500ms", "2m", "1.5s", "0s"])
    func writesAsItReads(_ text: String) { #expect(DurationArgument(text)?.description == text) }
}
