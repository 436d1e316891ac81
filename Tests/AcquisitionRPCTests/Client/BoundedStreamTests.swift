import AcquisitionModel
import Testing

@testable import AcquisitionRPC

struct BoundedStreamTests {
    /// A reader that is slow is not told less than what was lost: what tells of a loss may be dropped itself.
    @Test func aNoticeThatIsDroppedCountsForWhatItTellsOf() async {
        let (stream, inlet) = BoundedStream<ApiMessage>.make(capacity: 2)
        inlet.yield(ApiMessage(.missed(100), on: .event))
        inlet.yield(ApiMessage(.restarted, on: .heartbeat))
        inlet.yield(ApiMessage(.missed(5), on: .event))
        #expect(stream.dropped == 100)
        inlet.yield(ApiMessage(.missed(7), on: .event))
        #expect(stream.dropped == 101)
        inlet.finish()
        var kept: [ApiMessage] = []
        for await message in stream { kept.append(message) }
        #expect(kept == [ApiMessage(.missed(5), on: .event), ApiMessage(.missed(7), on: .event)])
    }

    @Test func whatTellsOfNothingCountsOnce() {
        let (stream, inlet) = BoundedStream<Int>.make(capacity: 1)
        for number in 0..<10 { inlet.yield(number) }
        #expect(stream.dropped == 9)
        inlet.finish()
    }
}
