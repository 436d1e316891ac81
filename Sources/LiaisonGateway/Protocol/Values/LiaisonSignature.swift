/// What a function takes, and how arguments by position and by name come to its parameters. Errors are those of Python, in
/// its order and words.
struct LiaisonSignature: Sendable {
    struct Parameter: Sendable {
        let name: String
        let isRequired: Bool
    }

    struct Values: Sendable {
        /// By parameter; what is left out is not there.
        var named: [String: LiaisonValue] = [:]
        /// `*args`.
        var rest: [LiaisonValue] = []
        /// `**kwargs`.
        var keywords: [(name: String, value: LiaisonValue)] = []
    }

    /// As errors show it.
    let function: String
    let parameters: [Parameter]
    /// Whether Python would count `self` among the arguments.
    var isMethod = false
    /// Whether there are `*args` and `**kwargs`.
    var takesMore = false

    init(_ function: String, _ parameters: [Parameter], isMethod: Bool = false, takesMore: Bool = false) {
        self.function = function
        self.parameters = parameters
        self.isMethod = isMethod
        self.takesMore = takesMore
    }

    func bind(
        _ arguments: [LiaisonValue],
        _ keywords: [(name: String, value: LiaisonValue)]
    ) throws(LiaisonError) -> Values {
        var values = Values()
        for (parameter, argument) in zip(parameters, arguments) { values.named[parameter.name] = argument }
        for keyword in keywords {
            if !parameters.contains(where: { $0.name == keyword.name }) {
                guard takesMore else { throw error("got an unexpected keyword argument '\(keyword.name)'") }
                values.keywords.append(keyword)
            } else if values.named.updateValue(keyword.value, forKey: keyword.name) != nil {
                throw error("got multiple values for argument '\(keyword.name)'")
            }
        }
        if takesMore {
            values.rest = Array(arguments.dropFirst(parameters.count))
        } else if arguments.count > parameters.count {
            throw error(tooMany(arguments.count))
        }
        let missing = parameters.filter { $0.isRequired && values.named[$0.name] == nil }.map(\.name)
        guard missing.isEmpty else {
            let noun = missing.count == 1 ? "argument" : "arguments"
            throw error("missing \(missing.count) required positional \(noun): \(PythonText.list(missing))")
        }
        return values
    }

    private func tooMany(_ given: Int) -> String {
        let own = isMethod ? 1 : 0
        let (most, least) = (parameters.count + own, parameters.count { $0.isRequired } + own)
        let range = least == most ? "\(most)" : "from \(least) to \(most)"
        let noun = most == 1 ? "argument" : "arguments"
        return "takes \(range) positional \(noun) but \(given + own) \(given + own == 1 ? "was" : "were") given"
    }

    private func error(_ what: String) -> LiaisonError { LiaisonError("TypeError", "\(function)() \(what)") }
}
