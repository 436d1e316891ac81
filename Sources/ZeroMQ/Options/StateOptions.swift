import CZeroMQ

// What libzmq tells and does not let be set: read as properties of a socket.

extension SocketOption where Value == Int {
    static var events: Self { Self("events", ZMQ_EVENTS, .count) }
    static var fileDescriptor: Self { Self("fileDescriptor", ZMQ_FD, .count) }
}

extension SocketOption where Value == String {
    static var lastEndpoint: Self { Self("lastEndpoint", ZMQ_LAST_ENDPOINT, .text) }
}
