#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A thread of its own, for work that blocks: the pool that runs asynchronous code is never blocked.
package enum Worker {
    /// What tells the present thread from every other one that runs.
    static var current: UInt {
        #if canImport(Darwin)
            UInt(bitPattern: pthread_self())
        #else
            UInt(pthread_self())
        #endif
    }

    /// Runs `body` on a new thread, which a debugger shows under `name` where the
    /// system lets a thread name itself (macOS).
    ///
    /// - Returns: false where the system has no thread to give.
    @discardableResult
    package static func start(_ name: String, _ body: @escaping @Sendable () -> Void) -> Bool {
        let work = Unmanaged.passRetained(Work(name: name, body: body))
        #if canImport(Darwin)
            var thread: pthread_t?
            let status = pthread_create(&thread, nil, { runWork($0) }, work.toOpaque())
            if let thread, status == 0 { pthread_detach(thread) }
        #else
            var thread = pthread_t()
            let status = pthread_create(&thread, nil, { runWork($0) }, work.toOpaque())
            if status == 0 { pthread_detach(thread) }
        #endif
        if status != 0 { work.release() }
        return status == 0
    }
}

private final class Work: Sendable {
    let name: String
    let body: @Sendable () -> Void

    init(name: String, body: @escaping @Sendable () -> Void) {
        self.name = name
        self.body = body
    }
}

private func runWork(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let argument else { return nil }
    let work = Unmanaged<Work>.fromOpaque(argument).takeRetainedValue()
    #if canImport(Darwin)
        pthread_setname_np(work.name)
    #endif
    work.body()
    return nil
}
