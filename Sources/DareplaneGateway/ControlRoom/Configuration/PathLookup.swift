#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Where the paths of a configuration lead: absolute ones as they are, others from the folder of the file and, where
/// there is nothing, from the working folder; `~` is the user's folder (`protocol/dareplane.md`, D36).
public struct PathLookup: Sendable {
    private let folder: String
    private let workingFolder: String
    private let home: String?
    private let exists: @Sendable (String) -> Bool

    /// For a configuration file in `folder`, itself absolute or relative to the working folder.
    public init(folder: String) {
        self.init(
            folder: folder,
            workingFolder: Self.currentFolder,
            home: getenv("HOME").map { String(cString: $0) },
            exists: { access($0, F_OK) == 0 }
        )
    }

    init(folder: String, workingFolder: String, home: String?, exists: @escaping @Sendable (String) -> Bool) {
        self.workingFolder = workingFolder
        self.folder = Self.join(workingFolder, folder)
        self.home = home
        self.exists = exists
    }

    /// The absolute path that `path` means; nil where nothing is there.
    public func find(_ path: String) -> String? {
        candidates(path).first(where: exists)
    }

    private func candidates(_ path: String) -> [String] {
        if path == "~" || path.hasPrefix("~/"), let home { return [home + path.dropFirst()] }
        return path.hasPrefix("/") ? [path] : [Self.join(folder, path), Self.join(workingFolder, path)]
    }

    private static func join(_ folder: String, _ path: String) -> String {
        if path.hasPrefix("/") { return path }
        var path = path[...]
        while path.hasPrefix("./") { path = path.dropFirst(2) }
        if path.isEmpty || path == "." { return folder }
        return folder.hasSuffix("/") ? folder + path : folder + "/" + path
    }

    private static var currentFolder: String {
        guard let path = getcwd(nil, 0) else { return "." }
        defer { free(path) }
        return String(cString: path)
    }
}
