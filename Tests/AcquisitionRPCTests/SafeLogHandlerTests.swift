import Logging
import Testing

@testable import AcquisitionRPC

struct SafeLogHandlerTests {
    @Test func noTextOfAStrangerReachesTheHandlerAsItCame() {
        let lines = LineCollector()
        let logger = lines.logger.safe.safe
        logger.warning(
            "one\ntwo",
            metadata: [
                "a\u{1B}": "x\r\ny", "b": .stringConvertible("\u{202E}"), "c": ["\u{9B}", ["d": "\u{2028}"]],
                "e": .string(String(repeating: "e", count: 5_000)),
            ]
        )
        let line = lines.all.joined(separator: "|")
        #expect(line.hasPrefix("warning one\\ntwo a\\u{1b}=x\\r\\ny b=\\u{202e} c="))
        #expect(
            !line.contains { $0.unicodeScalars.contains { $0.value < 32 || $0.value == 0x9B || $0.value == 0x2028 } }
        )
        #expect(line.hasSuffix("e…") && line.utf8.count < 1_200)
    }

    @Test func theLevelAndTheProgramsOwnMetadataPassThrough() {
        let lines = LineCollector(level: .warning)
        var logger = lines.logger.safe
        logger[metadataKey: "rig"] = "1"
        logger.info("not said")
        logger.warning("said")
        #expect(logger.logLevel == .warning && lines.all == ["warning said rig=1"])
    }
}
