#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The memory of the present process.
enum ProcessMemory {
    /// What lies in the machine's memory, in bytes; nil where the system does not tell.
    static var resident: Int? {
        #if os(Linux)
            let file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
            guard file >= 0 else { return nil }
            defer { _ = close(file) }
            var text = [UInt8](repeating: 0, count: 128)
            let count = read(file, &text, text.count)
            guard count > 0 else { return nil }
            let words = String(decoding: text.prefix(count), as: UTF8.self).split(separator: " ")
            guard words.count > 1, let pages = Int(words[1]) else { return nil }
            return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
        #else
            return nil
        #endif
    }
}
