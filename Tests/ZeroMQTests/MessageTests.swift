import Testing
import ZeroMQ

struct MessageTests {
    @Test func isMadeOfFramesOrTexts() {
        #expect(Message("a", "bc").frames == [[97], [98, 99]])
        #expect(Message([1], []).frames == [[1], []])
        #expect(Message(frames: [[1], []]) == [[1], []])
        #expect(Message("a", "bc").byteCount == 3)
    }

    @Test func equalityIsAboutTheFrames() {
        let here = Message("a")
        let there = Message(frames: here.frames, metadata: .init(peerAddress: "127.0.0.1"))
        #expect(here == there)
        #expect(here.hashValue == there.hashValue)
        #expect(here != Message("b"))
    }

    @Test func printsTextAndLengths() {
        #expect(Message(frames: ["topic".bytes, [0xFF, 0xFE]]).description == #"["topic", 2 bytes]"#)
    }
}
