import AcquisitionRPC
import Testing

struct DescriptorLimitTests {
    @Test func theSoftLimitIsRaisedToTheHardOne() throws {
        let raised = try #require(DescriptorLimit.raise())
        #expect(raised.current == raised.maximum && raised.current > 0)
        #expect(DescriptorLimit.raise() == raised)
        #expect(DescriptorLimit.ofProcess == raised)
    }

    @Test(arguments: [
        (20, 4..<20), (64, 48..<64), (256, 224..<256), (1_024, 896..<1_024), (1 << 20, (1 << 20) - 128..<1 << 20),
    ])
    func anEighthIsKeptBack(_ limit: Int, _ numbers: Range<Int32>) {
        #expect(DescriptorReserve().numbers(at: limit) == numbers)
    }

    @Test func aReserveMayBeAskedForAndNeverExceedsTheLimit() {
        #expect(DescriptorReserve(100).numbers(at: 1_000) == 900..<1_000)
        #expect(DescriptorReserve(0).numbers(at: 64) == 64..<64)
        #expect(DescriptorReserve(.max).numbers(at: 64) == 0..<64)
        #expect(DescriptorReserve().numbers(at: .max).isEmpty)
        #expect(DescriptorReserve(.max).numbers(at: .max).isEmpty)
    }

    @Test func theLowestFreeDescriptorTellsHowManyAreInUse() throws {
        let lowest = try #require(DescriptorReserve.lowestFree)
        #expect(lowest > 2)
        #expect((0..<3).allSatisfy(DescriptorReserve.isOpen))
        #expect(!DescriptorReserve.isOpen(-1))
    }

    @Test func everythingIsReservedWhereTheReserveIsTheWholeLimit() {
        #expect(DescriptorReserve(1 << 30).isReached)
        #expect(!DescriptorReserve(0).isReached)
    }
}
