public import AcquisitionModel
public import GatewayCore

extension Macro {
    /// What the macro sends, all of it or nothing: what is wrong is found before the first command goes out
    /// (`protocol/dareplane.md`, D40).
    ///
    /// - Parameters:
    ///   - given: the parameters that are not to have their defaults. A parameter may be written in camelCase, as it
    ///     comes over the RPC service.
    ///   - modules: the modules that there are.
    /// - Throws: `GatewayError` of the code `badValue`: a parameter that the macro does not have, one that a command
    ///   needs and that has no value, a module that there is not.
    public func messages(
        _ given: JSONObject = [:],
        modules: [ModuleConfiguration]
    ) throws(GatewayError) -> [ModuleMessage] {
        for step in steps where !modules.contains(where: { $0.name == step.module }) {
            throw GatewayError(
                .badValue,
                "The macro '\(key)' has a command for '\(step.module)', which is no module"
            )
        }
        return try allMessages(given, modules: modules)
    }

    /// As ``messages(_:modules:)``, but with the commands for modules that there are not, which cannot be sent.
    func allMessages(_ given: JSONObject, modules: [ModuleConfiguration]) throws(GatewayError) -> [ModuleMessage] {
        let values = try MacroTemplate.fill(merged(given))
        var messages: [ModuleMessage] = []
        for step in steps {
            let module =
                modules.first { $0.name == step.module }
                ?? ModuleConfiguration(name: step.module, address: ListenAddress(port: 0))
            guard !step.keywords.isEmpty else {
                messages.append(ModuleMessage(module: step.module, command: step.command))
                continue
            }
            var keywords = JSONObject()
            for keyword in step.keywords {
                guard let value = values.value(ofExactly: keyword.parameter) else {
                    throw GatewayError(
                        .badValue,
                        "'\(key)' needs the parameter '\(keyword.parameter)' for \(step.module) \(step.command)"
                    )
                }
                keywords.set(keyword.name, to: value)
            }
            messages.append(try ModuleMessage(to: module, step.command, keywords: keywords))
        }
        return messages
    }

    /// The defaults with what was given in their place.
    private func merged(_ given: JSONObject) throws(GatewayError) -> JSONObject {
        var values = defaults
        let known = parameters + given.members.flatMap { MacroTemplate.names(in: $0.value) }
        for member in given.members {
            let name = known.first { $0 == member.key } ?? known.first { KeyCase.camelize($0) == member.key }
            guard let name else {
                let hint = known.isEmpty ? "; it has none" : NearNames.hint(member.key, among: known)
                throw GatewayError(.badValue, "The macro '\(key)' has no parameter '\(member.key)'\(hint)")
            }
            values.set(name, to: member.value)
        }
        return values
    }
}
