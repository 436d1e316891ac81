#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The listening sockets of a service, as libzmq told their descriptors. Closed, the system drops attempts to connect by itself:
/// whoever tries finds no answer and tries again a second later. Connections that stand are not touched.
///
/// Linux only: a socket filter that takes nothing. Where the system does not allow it, and for Unix sockets, the door stays
/// open.
struct ListenerDoor: Sendable {
    private var descriptors: Set<Int32> = []

    /// A socket listens.
    mutating func add(_ descriptor: Int32) {
        descriptors.insert(descriptor)
        #if os(Linux)
            // libzmq waits in `accept()` otherwise, for what ``refuseWaiting()`` has taken away from it.
            let flags = fcntl(descriptor, F_GETFL)
            if flags >= 0, Connection(descriptor: descriptor).isListening {
                _ = fcntl(descriptor, F_SETFL, flags | O_NONBLOCK)
            }
        #endif
    }

    /// A descriptor was closed.
    mutating func remove(_ descriptor: Int32) { descriptors.remove(descriptor) }

    /// Lets nobody in.
    func close() {
        #if os(Linux)
            // `struct sock_filter` and `struct sock_fprog` of <linux/filter.h>, which the C library's module leaves out: one
            // instruction, BPF_RET with the constant 0, "keep nothing".
            var dropAll: UInt64 = UInt64(0x0006).littleEndian
            withUnsafeMutablePointer(to: &dropAll) { instruction in
                var program = FilterProgram(length: 1, instructions: UnsafeMutableRawPointer(instruction))
                for descriptor in descriptors where Connection(descriptor: descriptor).isListening {
                    setsockopt(
                        descriptor,
                        SOL_SOCKET,
                        SO_ATTACH_FILTER,
                        &program,
                        socklen_t(MemoryLayout<FilterProgram>.size)
                    )
                }
            }
        #endif
    }

    /// Lets everybody in again.
    func open() {
        #if os(Linux)
            for descriptor in descriptors where Connection(descriptor: descriptor).isListening {
                var ignored: Int32 = 0
                setsockopt(descriptor, SOL_SOCKET, SO_DETACH_FILTER, &ignored, socklen_t(MemoryLayout<Int32>.size))
            }
        #endif
    }

    /// Accepts and ends at once what waits to be accepted, which takes one free descriptor: for the case that there is no
    /// other.
    ///
    /// - Returns: the addresses of those who were refused.
    func refuseWaiting() -> [String?] {
        #if os(Linux)
            var refused: [String?] = []
            for listener in descriptors
            where Connection(descriptor: listener).isListening && fcntl(listener, F_GETFL) & O_NONBLOCK != 0 {
                while refused.count < Self.maximumAtOnce {
                    let descriptor = accept(listener, nil, nil)
                    guard descriptor >= 0 else { break }
                    let connection = Connection(descriptor: descriptor)
                    refused.append(connection.peerAddress)
                    connection.cut()
                    connection.close()
                }
            }
            return refused
        #else
            return []
        #endif
    }

    #if os(Linux)
        private static let maximumAtOnce = 1_024

        private struct FilterProgram {
            var length: UInt16
            var instructions: UnsafeMutableRawPointer
        }
    #endif
}
