#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// The descriptors of the present process.
enum OpenFiles {
    /// The limits in words, for the end of a sentence; empty where the system does not tell.
    static var limits: String {
        var limit = rlimit()
        #if canImport(Glibc)
            let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        #else
            let resource = RLIMIT_NOFILE
        #endif
        guard getrlimit(resource, &limit) == 0 else { return "" }
        return limit.rlim_cur < limit.rlim_max
            ? " (\(limit.rlim_cur), and up to \(limit.rlim_max) if it asks for them)" : " (\(limit.rlim_cur))"
    }

    /// Whether so many more can be opened at this moment; if not, the errno. They are opened and closed again.
    static func shortage(of count: Int) -> Int32? {
        var opened: [Int32] = []
        defer { for descriptor in opened { _ = close(descriptor) } }
        for _ in 0..<count {
            let descriptor = open("/dev/null", O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { return errno == EMFILE || errno == ENFILE ? errno : nil }
            opened.append(descriptor)
        }
        return nil
    }
}
