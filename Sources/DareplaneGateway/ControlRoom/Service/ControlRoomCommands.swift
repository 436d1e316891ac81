public import AcquisitionModel
public import AcquisitionRPC
import GatewayCore

/// A control room as the commands of an RPC service.
///
/// | command | what it does | data |
/// | --- | --- | --- |
/// | `"module.PCOMM"` | gives the module the command | an object of keywords, text, or nothing |
/// | `"macro:NAME"` | runs the macro; answered when all is sent | parameters in the place of the defaults |
/// | `"restart:MODULE"` | starts the module's process again that has ended | |
/// | `getStatus` | the modules: process, connection, liveness, commands | |
/// | `getConfiguration` | the modules and macros as they were read | |
/// | `emergencyStop` | gives every module STOP | |
///
/// The first three are `userDefined` with this `customCommand`.
///
/// That a module carried a command out, no module says (`protocol/dareplane.md`, D6): SUCCESS means that it was sent.
///
/// Keywords are a module's own: they are given to it byte for byte where the request's keys are as its client wrote them
/// (`KeyRule.asGiven`, and every client that is not this package's). Of a request whose keys were turned into camelCase,
/// those are turned back into snake_case from which camelCase comes. Text is given exactly as it is, JSON or a Python
/// literal.
public struct ControlRoomCommands: Sendable {
    private let room: ControlRoom
    private let service: any RpcService

    /// The commands of `room`, answered for `service`.
    public init(_ room: ControlRoom, service: any RpcService) {
        self.room = room
        self.service = service
    }

    /// Answers a command; what a service's delegate does.
    public func answer(_ request: ApiCommandRequest) async throws -> ApiCommandRequestResponse {
        do {
            switch request.command {
            case .getStatus: return .success(statusData)
            case .getConfiguration: return .success(room.configuration.json)
            case .emergencyStop:
                try room.stopAll()
                return .success()
            case .userDefined: return try await answerCustom(request)
            default: return .unrecognized
            }
        } catch let error as GatewayError {
            return error.code == .notConnected ? .unavailable(error.message) : .failed(error.message)
        }
    }

    private func answerCustom(_ request: ApiCommandRequest) async throws -> ApiCommandRequestResponse {
        guard let name = request.customCommand.string else {
            return .failed(#"The control room's commands have names: "module.PCOMM", "macro:NAME", "restart:MODULE""#)
        }
        if let key = name.withoutPrefix("macro:") { return try await runMacro(key, request) }
        if let module = name.withoutPrefix("restart:") {
            try room.restart(module)
            return .success()
        }
        let message = try message(named: name, Self.data(of: request))
        try room.send(message)
        return .success(message.json)
    }

    /// The data with the keys that the sender meant. Only this package's clients, which name themselves, convert keys.
    private static func data(of request: ApiCommandRequest) -> JSONValue {
        let isConverted = request.keys == .camelCase && request.client != nil
        return isConverted ? request.data.withReversibleSnakeCaseKeys : request.data
    }

    private func message(named name: String, _ data: JSONValue) throws(GatewayError) -> ModuleMessage {
        let modules = room.configuration.modules
        // Names of modules may hold dots.
        guard let module = modules.filter({ name.hasPrefix($0.name + ".") }).max(by: { $0.name.count < $1.name.count })
        else { throw unknown(name) }
        let command = String(name.dropFirst(module.name.count + 1))
        guard ModuleMessage.isCommand(command) else {
            throw GatewayError(
                .badValue,
                "'\(command.shortened)' is no command: it must be printable ASCII without | and ;"
            )
        }
        switch data {
        case .null: return ModuleMessage(module: module.name, command: command)
        case .string(let text): return try ModuleMessage(to: module, command, text: text)
        case .object:
            return try ModuleMessage(to: module, command, keywords: data.object ?? [:])
        default:
            throw GatewayError(
                .badValue,
                "The data is \(data.kindInWords); a module's command takes an object of keywords, or text"
            )
        }
    }

    private func unknown(_ name: String) -> GatewayError {
        let modules = room.configuration.modules.map(\.name)
        let all = modules.map { "\($0).PCOMM" } + room.configuration.macros.map { "macro:\($0.key)" }
        let dot = name.lastIndex(of: ".")
        let hint = dot.map { NearNames.hint(String(name[..<$0]), among: modules) } ?? NearNames.hint(name, among: all)
        return GatewayError(.badValue, "'\(name.shortened)' is no command here\(hint)")
    }

    private func runMacro(_ key: String, _ request: ApiCommandRequest) async throws -> ApiCommandRequestResponse {
        let (macro, messages) = try room.messages(ofMacro: key, parameters(request.data))
        let work: @Sendable () async throws -> ApiCommandRequestResponse = { [room] in
            do {
                return Self.response(try await room.send(messages, of: macro))
            } catch let error as GatewayError {
                return .failed(error.message)
            }
        }
        let isLong = macro.delay > .zero || room.configuration.macroPause > .zero
        return isLong ? service.answerLater(to: request, work) : try await work()
    }

    /// A macro of which a part could not be sent has failed, and says which.
    private static func response(_ outcome: MacroOutcome) -> ApiCommandRequestResponse {
        let sent = JSONValue.array(outcome.sent.map(\.json))
        guard let problem = outcome.problem else { return .success(["sent": sent]) }
        let missed = JSONValue.array(
            outcome.missed.map { missed in
                ["module": .string(missed.message.module), "command": .string(missed.message.command)]
            }
        )
        let data: JSONValue = ["sent": sent, "missed": missed]
        let isNobodyThere = outcome.sent.isEmpty && outcome.missed.allSatisfy { $0.error.code == .notConnected }
        return isNobodyThere ? .unavailable(problem, data: data) : .failed(problem, data: data)
    }

    private func parameters(_ data: JSONValue) throws(GatewayError) -> JSONObject {
        switch data {
        case .null: return [:]
        case .object(let object): return object
        case .string(let text):
            do throws(WireError) {
                if let object = try DareplaneText.value(text, limits: .standard).object { return object }
            } catch {
                throw GatewayError(.badValue, "The parameters are neither JSON nor a Python literal: \(error)")
            }
            throw GatewayError(.badValue, "The parameters must be an object")
        default: throw GatewayError(.badValue, "The parameters must be an object, not \(data.kindInWords)")
        }
    }

    private var statusData: JSONValue { ["modules": .array(room.status.map(\.json))] }
}

extension String {
    fileprivate func withoutPrefix(_ prefix: String) -> String? {
        hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
    }
}
