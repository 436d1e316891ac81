#if canImport(Glibc)
    import Glibc
#endif

/// How much memory of this process is given out at the moment, as the C library counts it.
public enum MemoryInUse {
    /// In bytes; nil where the C library does not tell, and under a sanitizer, which has an allocator of its own.
    public static var bytes: Int? {
        #if canImport(Glibc)
            guard Sanitizer.current == nil, let info = dlsym(nil, "malloc_info") else { return nil }
            typealias Info = @convention(c) (Int32, UnsafeMutablePointer<FILE>) -> Int32
            var text: UnsafeMutablePointer<CChar>?
            var size = 0
            guard let file = open_memstream(&text, &size) else { return nil }
            let result = unsafeBitCast(info, to: Info.self)(0, file)
            fclose(file)
            defer { free(text) }
            guard result == 0, let text else { return nil }
            // The totals stand behind the last heap.
            let lines = String(cString: text).split(separator: "\n")
            let totals = lines[(lines.lastIndex { $0.contains("</heap>") } ?? 0)...]
            func total(_ mark: String) -> Int? {
                let line = totals.first { $0.contains(mark) }
                return line?.split(separator: "size=\"").last?.split(separator: "\"").first.flatMap { Int($0) }
            }
            guard let system = total("<system type=\"current\""), let fast = total("<total type=\"fast\""),
                let rest = total("<total type=\"rest\""), let mapped = total("<total type=\"mmap\"")
            else { return nil }
            return system - fast - rest + mapped
        #else
            return nil
        #endif
    }
}
