/// How the keys of free data are spelled when it is written: the data of commands, replies and results, and the context
/// of events.
///
/// The protocol's own programs call things in camelCase on the wire and in snake_case in Python. Data that belongs to
/// another system must keep its keys: a module that is given `stim_channel` for `StimChannel` does not know it.
public enum KeyRule: String, Sendable, Hashable, CaseIterable {
    /// In camelCase, as the Python package writes them: `gain_db` goes out as `gainDb`.
    ///
    /// Keys of a request go out so only where ``KeyCase/decamelize(_:)`` gives back what was given; others stay as they
    /// are (``KeyCase/reversiblyCamelized(_:)``). Replies and events follow the Python package for every key.
    case camelCase
    /// Byte for byte as they were given.
    case asGiven
}

/// A part of a value that takes no part in comparisons: how it is written, and not what it says.
struct NotCompared<Value: Sendable>: Sendable, Hashable {
    var value: Value

    init(_ value: Value) { self.value = value }

    static func == (left: Self, right: Self) -> Bool { true }

    func hash(into hasher: inout Hasher) {}
}
