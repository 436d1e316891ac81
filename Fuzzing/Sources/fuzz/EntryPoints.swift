#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

// What libFuzzer's `main` calls. One program holds every target; the environment names the one that runs, since the
// arguments are libFuzzer's own.

private let target = getenv("FUZZ_TARGET").flatMap { FuzzTarget(rawValue: String(cString: $0)) }

/// Called once, before the first input.
@_cdecl("LLVMFuzzerInitialize")
public func initialize(
    _ count: UnsafeMutablePointer<Int32>?,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>?
) -> Int32 {
    guard target == nil else { return 0 }
    let names = FuzzTarget.allCases.map(\.rawValue).joined(separator: ", ")
    say("FUZZ_TARGET must be one of \(names); Scripts/fuzz sets it")
    exit(64)
}

/// Called with every input.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    requireQuick { target?.test(bytes) }
    return 0
}
