import Testing
import ZeroMQ

#if os(Linux)
    import Glibc

    @Suite(.timeLimit(.minutes(1)))
    struct ArrivalWatchTests {
        /// Two ends of a stream; what is written at the first arrives at the second.
        private func pair() throws -> (near: Int32, far: Int32) {
            var ends: [Int32] = [-1, -1]
            try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
            return (ends[0], ends[1])
        }

        private func send(_ descriptor: Int32) {
            var byte: UInt8 = 1
            #expect(write(descriptor, &byte, 1) == 1)
        }

        @Test func tellsOnceUntilItIsAskedAgain() throws {
            let watch = try ArrivalWatch()
            let (near, far) = try pair()
            #expect(watch.add(far) && !watch.add(far))
            var poller = Poller()
            poller.watch(descriptor: watch.descriptor)
            #expect(try poller.poll(timeout: .zero).isEmpty)
            send(near)
            #expect(try poller.poll(timeout: .seconds(20)).isReadable(descriptor: watch.descriptor))
            #expect(watch.arrivals() == [far])
            send(near)
            #expect(watch.arrivals() == [])
            #expect(watch.rearm(far))
            #expect(watch.arrivals() == [far])
            // One that is closed leaves by itself.
            close(far)
            #expect(!watch.rearm(far))
            #expect(watch.arrivals() == [])
            close(near)
        }

        @Test func tellsOfMany() throws {
            let watch = try ArrivalWatch()
            let pairs = try (0..<ArrivalWatch.batch + 10).map { _ in try pair() }
            for (near, far) in pairs {
                #expect(watch.add(far))
                send(near)
            }
            let first = watch.arrivals()
            let second = watch.arrivals()
            #expect(first.count == ArrivalWatch.batch && second.count == 10)
            #expect(Set(first + second) == Set(pairs.map(\.far)))
            for (near, far) in pairs {
                close(near)
                close(far)
            }
        }
    }
#endif
