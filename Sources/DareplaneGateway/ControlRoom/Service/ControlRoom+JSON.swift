import AcquisitionModel

extension ModuleMessage {
    /// `module`, `command`, and `payload` where there is one.
    var json: JSONValue {
        var object: JSONObject = ["module": .string(module), "command": .string(command)]
        if let payload { object.set("payload", to: .string(payload)) }
        return .object(object)
    }
}

extension ModuleStatus {
    /// `name`, `address`, `process`, `processId`, `exit`, `isConnected`, `isUp`, `commands`.
    var json: JSONValue {
        var object: JSONObject = ["name": .string(name), "address": .string("\(address)")]
        switch process {
        case .ofOthers: object.set("process", to: "ofOthers")
        case .notStarted: object.set("process", to: "notStarted")
        case .running(let number):
            object.set("process", to: "running")
            object.set("processId", to: JSONValue(number))
        case .ended(let reason):
            object.set("process", to: "ended")
            object.set("exit", to: .string(reason))
        }
        object.set("isConnected", to: .bool(isConnected))
        object.set("isUp", to: .bool(isUp))
        object.set("commands", to: .array(commands.map(JSONValue.string)))
        return .object(object)
    }
}

extension ControlRoomConfiguration {
    /// The modules and macros. What users name is a value here and no key: keys change their spelling on the wire.
    var json: JSONValue {
        ["modules": .array(modules.map(\.json)), "macros": .array(macros.map(\.json))]
    }
}

extension ModuleConfiguration {
    fileprivate var json: JSONValue {
        var object: JSONObject = ["name": .string(name), "address": .string("\(address)")]
        if let launch {
            object.set("executable", to: .string(launch.executable))
            object.set("arguments", to: .array(launch.arguments.map(JSONValue.string)))
            object.set("folder", to: launch.folder.map(JSONValue.string) ?? .null)
        }
        return .object(object)
    }
}

extension Macro {
    fileprivate var json: JSONValue {
        let parameters = parameters.map { name -> JSONValue in
            ["name": .string(name), "value": defaults.value(ofExactly: name) ?? .null]
        }
        let commands = steps.map { step -> JSONValue in
            let keywords = step.keywords.map { JSONValue.string("\($0.name)=\($0.parameter)") }
            return ["module": .string(step.module), "command": .string(step.command), "keywords": .array(keywords)]
        }
        return [
            "key": .string(key), "name": .string(name), "description": .string(description),
            "parameters": .array(parameters), "commands": .array(commands),
        ]
    }
}
