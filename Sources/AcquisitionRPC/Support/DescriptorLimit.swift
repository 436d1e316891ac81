#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// How many descriptors (open files, sockets, pipes) the present process may have at once.
///
/// Each connection to a service takes one. Many systems give a process a soft limit of 1,024, for the sake of old programs, and
/// a hard limit far above; a program raises its soft limit itself, once, before it opens much:
///
/// ```swift
/// import AcquisitionRPC
///
/// DescriptorLimit.raise()
/// ```
///
/// The programs of this package do so. The library does not do it on its own: the limit belongs to the whole process, and to
/// the programs that it starts, which inherit it. Do not raise it in a program that uses `select()`, which fails for
/// descriptors from 1,024 on.
public struct DescriptorLimit: Sendable, Hashable {
    /// The soft limit: how many the process may have now.
    public var current: Int
    /// The hard limit: how far the process may raise the soft one. `Int.max` for no limit.
    public var maximum: Int

    /// The limits of the present process; nil where the system does not tell.
    public static var ofProcess: DescriptorLimit? {
        guard let limit = system else { return nil }
        return DescriptorLimit(
            current: Int(clamping: limit.rlim_cur),
            maximum: Int(clamping: min(limit.rlim_max, ceiling))
        )
    }

    /// Raises the soft limit of the present process to the hard one. From any thread; calling it again does nothing.
    ///
    /// - Returns: the limits from now on, which are as they were where the system refuses; nil where it does not tell.
    @discardableResult
    public static func raise() -> DescriptorLimit? {
        guard var limit = system else { return nil }
        let wanted = min(limit.rlim_max, ceiling)
        if limit.rlim_cur < wanted {
            limit.rlim_cur = wanted
            _ = setrlimit(resource, &limit)
        }
        return ofProcess
    }

    private static var system: rlimit? {
        var limit = rlimit()
        return getrlimit(resource, &limit) == 0 ? limit : nil
    }

    #if canImport(Glibc)
        private static var resource: __rlimit_resource_t { __rlimit_resource_t(RLIMIT_NOFILE.rawValue) }
    #else
        private static var resource: Int32 { RLIMIT_NOFILE }
    #endif

    /// What no process may exceed: macOS refuses a soft limit above `OPEN_MAX`, also where the hard one is unlimited.
    private static var ceiling: rlim_t {
        #if canImport(Darwin)
            rlim_t(OPEN_MAX)
        #else
            .max
        #endif
    }
}
