import AcquisitionRPC
import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

#if os(Linux)
    /// A network between clients and a service, which a test can cut and hold up.
    final class Proxy: Sendable {
        let port: UInt16
        private let target: UInt16
        private let listener: Int32
        private let state = Mutex(State())

        private struct State {
            var descriptors: Set<Int32> = []
            var heldUntil = ContinuousClock.now
        }

        init(to target: UInt16) throws {
            self.target = target
            (listener, port) = try Self.listen()
            Self.start { [self] in accept() }
        }

        private static func listen() throws -> (descriptor: Int32, port: UInt16) {
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            var address = loopback(0)
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let isBound = withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                    bind(descriptor, address, length) == 0 && Glibc.listen(descriptor, 128) == 0
                        && getsockname(descriptor, address, &length) == 0
                }
            }
            guard isBound else { throw POSIXError(.EADDRINUSE) }
            return (descriptor, UInt16(bigEndian: address.sin_port))
        }

        /// Ends every connection at once; what is on its way is lost.
        func cut() {
            // Under the lock: one that is closed may be somebody else's already.
            state.withLock { for descriptor in $0.descriptors { shutdown(descriptor, Int32(SHUT_RDWR)) } }
        }

        /// Lets nothing through for a while.
        func hold(for duration: Duration) { state.withLock { $0.heldUntil = .now + duration } }

        private func accept() {
            while true {
                let client = Glibc.accept(listener, nil, nil)
                guard client >= 0 else { return }
                let service = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
                var address = Self.loopback(target)
                let isConnected = withUnsafePointer(to: &address) { pointer in
                    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                        connect(service, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
                    }
                }
                guard isConnected else {
                    close(client)
                    close(service)
                    continue
                }
                state.withLock { $0.descriptors.formUnion([client, service]) }
                let pair = Pair(client: client, service: service)
                Self.start { [self] in pump(client, service, pair) }
                Self.start { [self] in pump(service, client, pair) }
            }
        }

        private final class Pair: Sendable {
            let client: Int32
            let service: Int32
            let open = Mutex(2)
            init(client: Int32, service: Int32) { (self.client, self.service) = (client, service) }
        }

        private func pump(_ source: Int32, _ target: Int32, _ pair: Pair) {
            var buffer = [UInt8](repeating: 0, count: 65_536)
            let pause = Alarm()
            while true {
                let count = read(source, &buffer, buffer.count)
                guard count > 0 else { break }
                while true {
                    let rest = state.withLock { $0.heldUntil - .now }
                    guard rest > .zero else { break }
                    pause.wait(atMost: rest)
                }
                var sent = 0
                while sent < count {
                    let more = buffer[sent..<count].withUnsafeBytes { bytes in
                        send(target, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
                    }
                    guard more > 0 else { break }
                    sent += more
                }
                guard sent == count else { break }
            }
            shutdown(source, Int32(SHUT_RDWR))
            shutdown(target, Int32(SHUT_RDWR))
            let isLast = pair.open.withLock { open in
                open -= 1
                return open == 0
            }
            guard isLast else { return }
            state.withLock { $0.descriptors.subtract([pair.client, pair.service]) }
            close(pair.client)
            close(pair.service)
        }

        private static func loopback(_ port: UInt16) -> sockaddr_in {
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            return address
        }

        /// The system may have no thread just now.
        private static func start(_ body: @escaping @Sendable () -> Void) {
            while !Worker.start("proxy", body) { block(.milliseconds(5)) }
        }
    }
#endif
