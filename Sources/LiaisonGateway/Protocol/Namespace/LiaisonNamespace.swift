import AcquisitionModel

/// The names that there are: what the program registered, and what clients keep beside it.
struct LiaisonNamespace: Sendable {
    /// What a target leads to: a member, and the attributes of it that are asked for.
    struct Found: Sendable {
        let member: LiaisonMember
        let attributes: ArraySlice<String>
    }

    private let limits: LiaisonStoreLimits
    /// By the whole name, words between dots.
    private var registered: [String: LiaisonMember] = [:]
    /// What registered names begin with: `rig` and `rig.valve` of `rig.valve.open`.
    private var modules: Set<String> = []
    private var stored: [String: (value: LiaisonValue, cost: Int)] = [:]
    private var storedBytes = 0

    init(limits: LiaisonStoreLimits) { self.limits = limits }

    // MARK: - The program's

    /// - Throws: ``LiaisonError`` where the name is none, or is taken.
    mutating func register(_ name: String, _ member: LiaisonMember) throws(LiaisonError) {
        let words = try LiaisonName.words(of: name)
        let path = words.joined(separator: ".")
        let prefixes = words.indices.dropFirst().map { words[..<$0].joined(separator: ".") }
        guard registered[path] == nil, !modules.contains(path) else {
            throw LiaisonError("ValueError", "'\(path)' is registered already")
        }
        if let taken = prefixes.first(where: { registered[$0] != nil }) {
            throw LiaisonError("ValueError", "'\(path)' cannot be registered within '\(taken)', which is a value")
        }
        registered[path] = member
        modules.formUnion(prefixes)
    }

    // MARK: - The clients'

    /// - Throws: ``LiaisonError`` where the name is none or the program's, or there is too much already.
    mutating func store(_ name: String, _ value: LiaisonValue) throws(LiaisonError) {
        guard LiaisonName.isWord(name) else {
            throw LiaisonError("ValueError", "'\(name)' is no name: letters, digits and _ are allowed")
        }
        guard registered[name] == nil, !modules.contains(name) else {
            throw LiaisonError("PermissionError", "'\(name)' was registered by the program and cannot be replaced")
        }
        let (cost, before) = (value.cost + name.utf8.count, stored[name]?.cost ?? 0)
        guard stored[name] != nil || stored.count < limits.names else {
            throw LiaisonError("MemoryError", "\(limits.names) names are stored already; no more are allowed")
        }
        guard storedBytes - before + cost <= limits.bytes else {
            throw LiaisonError("MemoryError", "'\(name)' is too large: \(limits.bytes) bytes are allowed together")
        }
        storedBytes += cost - before
        stored[name] = (value, cost)
    }

    // MARK: - Finding

    /// What a target leads to.
    ///
    /// - Throws: ``LiaisonError``: `AssertionError` where it is none, `ModuleNotFoundError` or `AttributeError`, with names
    ///   that are like it, where there is nothing.
    func find(_ target: String, isRegisteredOnly: Bool = false) throws(LiaisonError) -> Found {
        let words = try LiaisonName.words(of: target)
        guard !isRegisteredOnly, let stored = stored[words[0]] else { return try find(words) }
        // A further name of a module leads to what is in it.
        if case .module(let module) = stored.value {
            return try find(module.split(separator: ".").map(String.init) + words.dropFirst())
        }
        return Found(member: .value(stored.value), attributes: words.dropFirst())
    }

    private func find(_ words: [String]) throws(LiaisonError) -> Found {
        var path = ""
        for (index, word) in words.enumerated() {
            let longer = index == 0 ? word : "\(path).\(word)"
            if let member = registered[longer] { return Found(member: member, attributes: words[(index + 1)...]) }
            guard modules.contains(longer) else { throw notFound(words, within: path, word) }
            path = longer
        }
        return Found(member: .value(.module(path)), attributes: [])
    }

    private func notFound(_ words: [String], within module: String, _ word: String) -> LiaisonError {
        let prefix = module.isEmpty ? "" : "\(module)."
        // What goes on here in words that are like this one.
        let here = (Array(registered.keys) + modules + stored.keys).filter { name in
            name.hasPrefix(prefix) && !name.dropFirst(prefix.count).contains(".")
        }
        var near = NearNames.of(word, among: here.map { String($0.dropFirst(prefix.count)) }.sorted()).map {
            prefix + $0
        }
        // The beginning may have been left out.
        if near.isEmpty, module.isEmpty {
            near = NearNames.of(words.joined(separator: "."), among: registered.keys.sorted())
        }
        let hint = near.isEmpty ? "" : "; did you mean \(near.joined(separator: ", "))?"
        return module.isEmpty
            ? LiaisonError("ModuleNotFoundError", "No module named '\(word)'\(hint)")
            : LiaisonError("AttributeError", "module '\(module)' has no attribute '\(word)'\(hint)")
    }
}
