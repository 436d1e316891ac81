import Synchronization

/// The names that this program gave to numbers of its own.
enum DefinedNames {
    private static let names = Mutex<[ObjectIdentifier: [(number: Int64, name: String)]]>([:])

    static func all(of type: Any.Type) -> [(number: Int64, name: String)] {
        names.withLock { $0[ObjectIdentifier(type)] ?? [] }
    }

    static func add(_ number: Int64, _ name: String, to type: Any.Type) {
        names.withLock { names in
            names[ObjectIdentifier(type), default: []].removeAll { $0.number == number }
            names[ObjectIdentifier(type), default: []].append((number, name))
        }
    }
}
