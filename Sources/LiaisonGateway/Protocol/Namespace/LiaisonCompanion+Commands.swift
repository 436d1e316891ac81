import AcquisitionModel

extension LiaisonCompanion {
    /// Carries a request out. What goes wrong is in the reply.
    public func answer(_ request: LiaisonRequest, in call: LiaisonCall? = nil) async -> LiaisonReply {
        switch request.content {
        case .unusable(let error): return LiaisonReply(.error(error.lines), to: request)
        case .noCommand: return LiaisonReply(.response(.null), to: request)
        case .command(let command):
            do {
                let value = try await LiaisonCall.$current.withValue(call) { try await carryOut(command) }
                return LiaisonReply(.response(value.json), to: request)
            } catch {
                return LiaisonReply(.error(LiaisonError(error).lines), to: request)
            }
        }
    }

    private func carryOut(_ command: LiaisonCommand) async throws -> LiaisonValue {
        let values = try Self.signature(of: command.name).bind(
            command.arguments.map { .plain($0) },
            command.keywords.members.map { ($0.key, .plain($0.value)) }
        )
        switch command.name {
        case .ping: return .plain("pong")
        case .get: return try await resolve(text("target", values))
        case .exists: return .plain(.bool(await exists(values)))
        case .store:
            try store(text("name", values), values.named["value"] ?? .none)
            return values.named["name"] ?? .none
        case .register:
            let name = try text("name", values)
            try store(name, await resolve(text("target", values), isRegisteredOnly: true))
            return .plain(.string(name))
        case .`init`:
            let name = try text("name", values)
            try store(name, await run(values, target: "cls"))
            return .plain(.string(name))
        case .run: return try await run(values, target: "fcn")
        case .try:
            do {
                let result = try await run(values, target: "fcn")
                return .dictionary([("success", .plain(true)), ("result", result)])
            } catch {
                return .dictionary([("success", .plain(false)), ("result", .error(LiaisonError(error)))])
            }
        }
    }

    private func exists(_ values: LiaisonSignature.Values) async -> Bool {
        guard let target = try? text("target", values) else { return false }
        return await exists(target)
    }

    private func run(_ values: LiaisonSignature.Values, target: String) async throws -> LiaisonValue {
        let callee = try await resolve(text(target, values))
        guard case .function(let function) = callee else {
            throw LiaisonError("TypeError", "'\(callee.typeName)' object is not callable")
        }
        var arguments: [LiaisonValue] = []
        for argument in values.rest { arguments.append(try await referred(argument)) }
        var keywords: [(name: String, value: LiaisonValue)] = []
        for (key, value) in values.keywords {
            guard let name = String(liaison: try await referred(.plain(.string(key)))) else {
                throw LiaisonError("TypeError", "keywords must be strings")
            }
            keywords.append((name, try await referred(value)))
        }
        return try await function(arguments, keywords: keywords)
    }

    /// What `$name` stands for; anything else is itself (`protocol/liaison.md`, L18).
    private func referred(_ value: LiaisonValue) async throws -> LiaisonValue {
        guard case .plain(.string(let text)) = value, let target = LiaisonName.reference(in: text) else { return value }
        return try await resolve(target)
    }

    private func text(_ name: String, _ values: LiaisonSignature.Values) throws(LiaisonError) -> String {
        guard let value = values.named[name], let text = String(liaison: value) else {
            throw LiaisonError("TypeError", "'\(name)' must be str, not \(values.named[name]?.typeName ?? "NoneType")")
        }
        return text
    }

    /// Under the names that Liaison's own errors show.
    private static func signature(of command: LiaisonCommand.Name) -> LiaisonSignature {
        func of(_ name: String, _ parameters: String..., takesMore: Bool = false) -> LiaisonSignature {
            LiaisonSignature(
                "Companion.\(name)",
                parameters.map { .init(name: $0, isRequired: true) },
                isMethod: true,
                takesMore: takesMore
            )
        }
        return switch command {
        case .get: of("resolve", "target")
        case .exists: of("exists", "target")
        case .`init`: of("initialize", "name", "cls", takesMore: true)
        case .run: of("call", "fcn", takesMore: true)
        case .try: of("attempt", "fcn", takesMore: true)
        case .register: of("register", "name", "target")
        case .store: of("store", "name", "value")
        case .ping: of("ping")
        }
    }
}
