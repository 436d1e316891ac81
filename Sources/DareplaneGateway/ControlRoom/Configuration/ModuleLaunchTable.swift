import GatewayCore

/// How a module is started, as its table says.
struct ModuleLaunchTable {
    private let reader: TableReader
    private let python: String
    private let paths: PathLookup
    private let folder: String?
    private let arguments: [String]
    private let keywords: [(key: String, value: String)]

    init(_ reader: TableReader, python: String, paths: PathLookup) {
        self.reader = reader
        self.python = python
        self.paths = paths
        folder = reader.string("cwd")
        arguments = Self.arguments(reader)
        var keywords: [(key: String, value: String)] = []
        reader.table("kwargs") { table in
            keywords = table.entries().map { ($0.key, PythonText.of($0.value.json)) }
        }
        self.keywords = keywords
    }

    /// `python -m <entry point> … --key=value`, in the module's folder (`protocol/dareplane.md`, D34).
    func python(_ name: String, root: String?, _ connection: ModuleConnectionTable) -> ModuleLaunch? {
        let entryPoint = reader.string("custom_entry_point") ?? reader.string("module") ?? "api.server"
        let executable = found("python_executable", isProgram: true) ?? python
        _ = reader.string("path")
        var folder: String?
        if self.folder != nil {
            folder = found("cwd")
        } else if let root {
            let path = root.hasSuffix("/") ? root + name : "\(root)/\(name)"
            folder = paths.find(path)
            if folder == nil { reader.note(nil, "has no folder: there is no '\(path)' (modules_root and the name)") }
        } else {
            reader.noteMissing("cwd", "the module's folder; or modules_root for all modules")
        }
        var keywords = keywords.filter { $0.key != "ip" && $0.key != "port" }
        if let host = connection.host { keywords.append(("ip", host)) }
        if let port = connection.port { keywords.append(("port", "\(port)")) }
        guard let folder else { return nil }
        return ModuleLaunch(
            executable: executable,
            arguments: ["-m", entryPoint] + arguments + keywords.map { "--\($0.key)=\($0.value)" },
            folder: folder,
            // Lines come when they are written, and not when four kilobytes of them are there.
            environment: ["PYTHONUNBUFFERED": "1"]
        )
    }

    /// A program with its arguments as they are.
    func program() -> ModuleLaunch? {
        ignorePythonKeys()
        if reader.table["path"] == nil { reader.noteMissing("path", "the program") }
        let folder = found("cwd")
        guard let executable = found("path") else { return nil }
        return ModuleLaunch(executable: executable, arguments: arguments, folder: folder)
    }

    /// Nothing is started; what is said about it counts for nothing, as in the real control room.
    func ignored() -> ModuleLaunch? {
        ignorePythonKeys()
        _ = reader.string("path")
        return nil
    }

    private func ignorePythonKeys() {
        _ = (reader.string("custom_entry_point"), reader.string("module"), reader.string("python_executable"))
    }

    /// The path under a key; a program may also be a name that is looked for in `PATH`.
    private func found(_ key: String, isProgram: Bool = false) -> String? {
        guard let text = reader.string(key) else { return nil }
        if isProgram, !text.contains("/") { return text }
        if let path = paths.find(text) { return path }
        reader.note(key, "leads to nothing: there is no '\(text)' beside the file or in the working folder")
        return nil
    }

    /// The arguments; numbers among them count as their text.
    private static func arguments(_ reader: TableReader) -> [String] {
        guard case .array(let elements)? = reader.table["args"]?.value else { return reader.strings("args") ?? [] }
        _ = reader.json("args")
        return elements.map { PythonText.of($0.json) }
    }
}
