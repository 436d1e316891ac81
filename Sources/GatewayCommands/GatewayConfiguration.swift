import AcquisitionZeroMQ
import DareplaneGateway
import Foundation
import GatewayCore
import IBLGateway
import LiaisonGateway
import Logging

/// What a configuration file tells `rpc-gateway` to run.
struct GatewayConfiguration: Sendable {
    /// The gateways of one acquisition process.
    struct Gateways: Sendable {
        var service = ServiceSettings()
        var dareplane: DareplaneGatewaySettings?
        var ibl: IBLGatewaySettings?
        var liaison: LiaisonGatewaySettings?
    }

    /// A control room with a service of its own.
    struct Room: Sendable {
        var serve = ServeSettings()
        var room: ControlRoomConfiguration
    }

    var gateways: Gateways?
    var room: Room?

    /// The tables of a control room: those of the real one's files, and our own two.
    private static let roomKeys: Set<String> = [
        "modules", "modules_root", "python", "exe", "macros", "control_room", "serve",
    ]
    private static let gatewayKeys: Set<String> = ["service", "dareplane", "ibl", "liaison"]

    /// Reads a file.
    ///
    /// - Throws: ``GatewayFailure`` with every mistake, each with the file's name and its line.
    init(file path: String) throws(GatewayFailure) {
        let table = try ConfigurationFile.table(path)
        var problems: [ConfigurationProblem] = []
        // A file of the real control room's, which may hold what this one does not know.
        let isForeign =
            Self.gatewayKeys.isDisjoint(with: table.entries.map(\.key))
            && table.entries.contains { Self.roomKeys.contains($0.key) }
        let roomEntries = table.entries.filter { isForeign || Self.roomKeys.contains($0.key) }
        let otherEntries = table.entries.filter { !isForeign && !Self.roomKeys.contains($0.key) }
        if !roomEntries.isEmpty {
            let folder = URL(filePath: path).deletingLastPathComponent().path
            do throws(ConfigurationErrors) {
                room = try Self.room(roomEntries, folder: folder)
            } catch {
                problems += error.problems
            }
        }
        if !otherEntries.isEmpty || roomEntries.isEmpty {
            do throws(ConfigurationErrors) {
                gateways = try TableReader.read(ConfigurationTable(otherEntries), Gateways.init(reading:))
            } catch {
                problems += error.problems
            }
        }
        if let room, let gateways, problems.isEmpty { problems += Self.clash(room.serve, gateways.service, table) }
        if !problems.isEmpty { throw ConfigurationFile.failure(path, ConfigurationErrors(problems)) }
    }

    init(gateways: Gateways) { self.gateways = gateways }

    private static func room(
        _ entries: [ConfigurationTable.Entry],
        folder: String
    ) throws(ConfigurationErrors) -> Room {
        var problems: [ConfigurationProblem] = []
        var serve = ServeSettings()
        do throws(ConfigurationErrors) {
            let own = ConfigurationTable(entries.filter { $0.key == "serve" })
            serve = try TableReader.read(own) { $0.table("serve", ServeSettings.init(reading:)) ?? serve }
        } catch {
            problems += error.problems
        }
        do throws(ConfigurationErrors) {
            let others = ConfigurationTable(entries.filter { $0.key != "serve" })
            let room = try ControlRoomConfiguration(reading: others, folder: folder)
            if problems.isEmpty { return Room(serve: serve, room: room) }
        } catch {
            problems += error.problems
        }
        throw ConfigurationErrors(problems)
    }

    /// The control room serves on a port on which the acquisition process is looked for.
    private static func clash(
        _ serve: ServeSettings,
        _ service: ServiceSettings,
        _ table: ConfigurationTable
    ) -> [ConfigurationProblem] {
        let isHere = (try? ListenAddress(service.host, defaultPort: 0))?.isLoopback == true
        let taken = [service.commandPort, service.subscriberPort]
        guard isHere, taken.contains(serve.commandPort) || taken.contains(serve.subscriberPort) else { return [] }
        return [
            ConfigurationProblem(
                line: table["serve"]?.line,
                path: "serve",
                "needs other ports than the acquisition process: set command_port and subscriber_port"
            )
        ]
    }
}

extension GatewayConfiguration.Gateways {
    init(reading reader: TableReader) {
        service = reader.table("service", ServiceSettings.init(reading:)) ?? ServiceSettings()
        dareplane = reader.table("dareplane", DareplaneGatewaySettings.init(reading:))
        ibl = reader.table("ibl", IBLGatewaySettings.init(reading:))
        liaison = reader.table("liaison", LiaisonGatewaySettings.init(reading:))
        let known: Set<String> = ["dareplane", "ibl", "liaison"]
        if known.isDisjoint(with: reader.table.entries.map(\.key)) {
            reader.note(nil, "names nothing to run: there is none of [dareplane], [ibl], [liaison] and [modules.NAME]")
        }
    }

    /// The gateways, as clients of one process.
    ///
    /// - Parameter print: puts out the markers of Liaison, as they are.
    func gateways(
        _ client: RpcClient,
        _ logger: Logger,
        print: @escaping @Sendable (String) -> Void
    ) throws(GatewayError) -> [any Gateway] {
        var gateways: [any Gateway] = []
        if let dareplane { gateways.append(try DareplaneGateway(settings: dareplane, client: client, logger: logger)) }
        if let ibl { gateways.append(IBLGateway(settings: ibl, client: client, logger: logger)) }
        if let liaison {
            gateways.append(try LiaisonGateway(settings: liaison, client: client, logger: logger, print: print))
        }
        return gateways
    }
}

extension GatewayConfiguration {
    /// What was passed over in a file of another system, or understood otherwise than it is written, a line each.
    var remarks: [ConfigurationProblem] { room?.room.remarks ?? [] }

    /// What would be run, a line each.
    var summary: [String] {
        var lines: [String] = []
        if let gateways {
            let service = gateways.service
            let ports = ", ports \(service.commandPort) and \(service.subscriberPort)"
            lines.append("service: \(service.host)\(SocketFolder.isMeant(by: service.host) ? "" : ports)")
            if let dareplane = gateways.dareplane {
                let count = dareplane.callbacks.count
                lines.append("dareplane: \(Self.words(dareplane.gateway)), callbacks for \(count) kinds of events")
            }
            if let ibl = gateways.ibl {
                lines.append("ibl: \(Self.words(ibl.gateway)), over \(ibl.transport == .udp ? "UDP" : "TCP")")
            }
            if let liaison = gateways.liaison {
                let token = liaison.admission.token == nil ? "no token" : "a token"
                lines.append("liaison: \(Self.words(liaison.gateway)), \(token)")
            }
        }
        if let room {
            lines.append(
                "control-room: \(room.room.modules.count) modules, \(room.room.macros.count) macros; answers on port "
                    + "\(room.serve.commandPort), publishes on port \(room.serve.subscriberPort)"
            )
        }
        return lines
    }

    private static func words(_ settings: GatewaySettings) -> String {
        "listens on \(settings.listen), \(settings.role.rawValue), \(settings.map.names.count) commands"
    }
}
