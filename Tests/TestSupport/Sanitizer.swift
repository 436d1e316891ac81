import Foundation

/// The sanitizer that this process runs under, and so do the tools that it starts: all are built with the same one.
public enum Sanitizer: Sendable {
    /// Looks for data races.
    case thread
    /// Looks for memory that is used after its end or beyond its bounds.
    case address

    /// nil without any. Swift has no compilation condition for it; what the sanitizers bring into the program tells.
    public static let current: Sanitizer? = {
        let program = dlopen(nil, RTLD_LAZY)
        if dlsym(program, "__tsan_init") != nil { return .thread }
        if dlsym(program, "__asan_init") != nil { return .address }
        return nil
    }()

    /// How many times as long everything may take: 1 without a sanitizer.
    public static var slowdown: Int {
        switch current {
        case .thread: 8
        case .address: 4
        case nil: 1
        }
    }
}
