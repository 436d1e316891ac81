import AcquisitionModel
import GatewayCore

/// Reads the tables of modules, in both forms.
struct ModuleTables {
    /// The Python for modules that name none.
    let python: String
    let paths: PathLookup

    /// What the tables of one form have in common.
    private struct Form {
        /// The kind that is not written; nil where it must be.
        var kind: ModuleKind?
        /// Where modules lie that do not say.
        var root: String?
    }

    /// The modules of the whole file, in its order within each form.
    func read(_ reader: TableReader) -> [ModuleConfiguration] {
        var modules: [ModuleConfiguration] = []
        reader.table("modules") { tables in
            let form = Form(root: tables.string("modules_root"))
            modules += self.modules(tables, form, known: modules)
        }
        reader.table("python") { python in
            let form = Form(kind: .python, root: python.string("modules_root"))
            python.table("modules") { modules += self.modules($0, form, known: modules) }
        }
        reader.table("exe") { exe in
            _ = exe.string("modules_root")
            exe.table("modules") { modules += self.modules($0, Form(kind: .connectionOnly), known: modules) }
        }
        noteAmbiguous(modules, reader)
        return modules
    }

    private func modules(
        _ tables: TableReader,
        _ form: Form,
        known: [ModuleConfiguration]
    ) -> [ModuleConfiguration] {
        var names = Set(known.map(\.name))
        return tables.entries().compactMap { entry -> ModuleConfiguration? in
            if entry.key == "modules_root", case .string = entry.value { return nil }
            guard names.insert(entry.key).inserted else {
                tables.note(entry.key, "is a module of the other form too; name one of them otherwise")
                return nil
            }
            return tables.table(entry.key) { module($0, entry.key, form) } ?? nil
        }
    }

    private func module(_ reader: TableReader, _ name: String, _ form: Form) -> ModuleConfiguration? {
        if let problem = Self.problem(ofName: name) { reader.note(nil, problem) }
        // Labels for the pages of the real control room.
        _ = (reader.string("type"), reader.string("name"))
        reader.passOver(
            "loglevel",
            "control rooms of old gave it to their modules; where yours takes it, write it into kwargs"
        )
        let kind = reader.choice("kind") ?? form.kind
        if kind == nil, reader.table["kind"] == nil {
            reader.noteMissing("kind", #""python", "exe" or "conn_only""#)
        }
        var connection = ModuleConnectionTable(reader)
        if reader.table["connection"] != nil {
            connection = reader.table("connection") { ModuleConnectionTable($0, isNested: true) } ?? connection
        }
        if connection.isEmpty { connection.complete(from: reader) }
        let commands = ModuleTables.commands(reader)
        let takesSemicolon = reader.boolean("semicolon")
        let launch = ModuleLaunchTable(reader, python: python, paths: paths)
        let start: ModuleLaunch? =
            switch kind {
            case .python: launch.python(name, root: form.root, connection)
            case .exe: launch.program()
            case .connectionOnly, nil: launch.ignored()
            }
        guard let host = connection.host, let port = connection.port else { return nil }
        var module = ModuleConfiguration(name: name, launch: start, address: ListenAddress(host: host, port: port))
        module.retryAfter = connection.retryAfter ?? module.retryAfter
        module.connectTries = connection.tries ?? module.connectTries
        module.commands = commands
        module.takesSemicolon = takesSemicolon ?? true
        return module
    }

    /// A list of commands, or a table of them with what the real control room proposes for each.
    private static func commands(_ reader: TableReader) -> [String]? {
        guard case .table? = reader.table["pcomms"]?.value else { return reader.strings("pcomms") }
        return reader.table("pcomms") { $0.entries().map(\.key) }
    }

    private static func problem(ofName name: String) -> String? {
        let isPrintable = !name.isEmpty && name.utf8.allSatisfy { 0x21...0x7E ~= $0 }
        if !isPrintable { return "is no name for a module: callbacks address it in printable ASCII without blanks" }
        return name.contains("|") || name.contains(";") ? "is no name for a module: it holds | or ;" : nil
    }

    /// A `1` in front of a callback may be the answer to a question for liveness or a part of the module's name.
    private func noteAmbiguous(_ modules: [ModuleConfiguration], _ reader: TableReader) {
        let names = Set(modules.map(\.name))
        for name in names.sorted() where name.hasPrefix("1") {
            let rest = String(name.drop { $0 == "1" })
            guard names.contains(rest) else { continue }
            reader.note(
                nil,
                "modules.\(name) cannot be told from modules.\(rest) behind an answer 1; rename one of them"
            )
        }
    }
}

/// How a module comes to run.
enum ModuleKind: String, CaseIterable {
    /// A module of Python, started with `python -m`.
    case python
    /// A program.
    case exe
    /// Started by others.
    case connectionOnly = "conn_only"
}
