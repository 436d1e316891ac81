import GatewayCore
import Logging

/// Gives the commands of control rooms to the acquisition process, and tells what became of them.
struct DareplaneCommands: Sendable {
    let giver: CommandGiver
    let resultTo: String?
    let logger: Logger

    /// Gives one command, and waits for the answer that counts.
    ///
    /// - Throws: `GatewayError` where it was not carried out; `CancellationError` where the waiting was ended.
    func give(_ call: ModuleCall, by module: ModuleServer?) async throws {
        let name = call.command.name
        do {
            let arguments = call.command.payload.map(JSONValue.object) ?? .null
            let reply = try await giver.give(name, arguments, from: call.peer) { [logger] _ in
                logger.info("A command is under way", metadata: ["command": "\(name)", "peer": "\(call.peer)"])
            }
            logger.info("A command was carried out", metadata: ["command": "\(name)", "peer": "\(call.peer)"])
            await report(["command": .string(name), "ok": true, "data": reply.data], by: module)
        } catch let error as CancellationError {
            throw error
        } catch {
            await report(["command": .string(name), "ok": false, "error": .string("\(error)")], by: module)
            throw error
        }
    }

    /// Tells the module that hears the results, where there is one.
    private func report(_ result: JSONObject, by module: ModuleServer?) async {
        guard let resultTo, let module else { return }
        do {
            try await module.callModule(resultTo, "RESULT", result)
        } catch {
            logger.warning("A result could not be told", metadata: ["module": "\(resultTo)", "reason": "\(error)"])
        }
    }
}
