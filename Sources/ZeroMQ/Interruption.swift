import CZeroMQ

/// Runs a libzmq call again for as long as a signal ends it.
func retrying(_ call: () -> Int32) -> Int32 {
    while true {
        let result = call()
        if result != -1 || zmq_errno() != ZeroMQError.Code.interrupted.rawValue { return result }
    }
}

/// As ``retrying(_:)`` for a call that waits as long as a time-out option of the socket says.
///
/// After a signal the call waits for what is left of the time, not for all of it again.
/// Returns the result with the errno that belongs to it.
func retrying(
    _ handle: UnsafeMutableRawPointer,
    timeout option: Int32,
    _ call: () -> Int32
) -> (result: Int32, errno: Int32) {
    let start = ContinuousClock.now
    var result = call()
    guard result == -1 else { return (result, 0) }
    var errno = zmq_errno()
    guard errno == ZeroMQError.Code.interrupted.rawValue else { return (result, errno) }

    var timeout: Int32 = -1
    var size = MemoryLayout<Int32>.size
    _ = retrying { zmq_getsockopt(handle, option, &timeout, &size) }
    defer { zmq_setsockopt(handle, option, &timeout, size) }
    while result == -1, errno == ZeroMQError.Code.interrupted.rawValue {
        if timeout > 0 {
            let left = Duration.milliseconds(timeout) - start.duration(to: .now)
            var rest = max(0, left.wholeMilliseconds ?? 0)
            zmq_setsockopt(handle, option, &rest, size)
        }
        result = call()
        errno = result == -1 ? zmq_errno() : 0
    }
    return (result, errno)
}
