import AcquisitionModel
import Testing

@testable import ConsoleCommands

struct SendCommandTests {
    @Test(
        arguments: [
            (nil, -1), ("3", 3), ("-7", -7), ("macro:start", "macro:start"), (#""module-1.START""#, "module-1.START"),
            ("\"half", "\"half"), ("true", "true"), ("", ""),
        ] as [(String?, JSONValue)]
    )
    func aCommandOfTheLabsOwnIsANumberOrAName(text: String?, which: JSONValue) {
        #expect(SendCommand.customCommand(text) == which)
    }
}
