import Synchronization

/// The names that this program gave to numbers of its own.
enum DefinedNames {
    private static let names = Mutex<[ObjectIdentifier: [DefinedName]]>([:])

    static func all(of type: Any.Type) -> [DefinedName] {
        names.withLock { $0[ObjectIdentifier(type)] ?? [] }
    }

    /// Adds a name, or says which constant is in its way. Names that are none give way.
    static func add(_ new: DefinedName, to type: Any.Type) -> DefinedName? {
        names.withLock { names in
            var known = names[ObjectIdentifier(type)] ?? []
            let conflict = known.first { old in
                old.isConstant && (old.number == new.number) != (old.key == new.key)
            }
            if let conflict { return conflict }
            if known.contains(where: { $0.number == new.number && $0.key == new.key && $0.isConstant }) { return nil }
            known.removeAll { $0.number == new.number || $0.key == new.key }
            known.append(new)
            names[ObjectIdentifier(type)] = known
            return nil
        }
    }
}

/// One number with its name.
struct DefinedName: Sendable {
    let number: Int64
    let name: String
    /// Whether the program's source has it, and not something that it read.
    let isConstant: Bool

    /// By which names are compared: case, `_` and `-` do not count.
    var key: String { Self.key(of: name) }

    static func key(of name: String) -> String {
        name.lowercased().filter { $0 != "_" && $0 != "-" }
    }
}
