import AcquisitionModel
import AcquisitionRPC
import AcquisitionZeroMQ
import Synchronization
import TestSupport
import Testing
import ZeroMQ

/// A service that asks for keys, the keys of an operator and an observer, and strangers.
final class SecureBench: Sendable {
    let temporary: TemporaryFolder
    let keys: KeyFolder
    let bench: Bench
    let serviceKey: CurveKey
    /// What the delegate was asked.
    let commands = SeenCommands()
    /// The files of users' keys, as they would have them on their own machines.
    let own: KeyFolder

    init(_ change: (inout RpcOptions) -> Void = { _ in }) throws {
        temporary = try TemporaryFolder()
        keys = KeyFolder("\(temporary.path)/rig")
        own = KeyFolder("\(temporary.path)/users")
        serviceKey = try keys.generate(KeyFolder.serviceName).publicKey
        for role in PeerRole.allCases {
            try keys.authorize(try own.generate(role.rawValue), user: role.rawValue, role: role)
        }
        let path = keys.path
        bench = try Bench { options in
            options.security = .required(keys: path)
            change(&options)
        }
        bench.service.setDelegate { [commands] request in
            commands.note(request.command)
            return .success(["user": CommandSender.current?.user.map { .string($0) } ?? .null])
        }
    }

    /// A pair of keys that nobody knows.
    func stranger() throws -> CurveKeyPair { try CurveKeyPair() }

    /// The pair of a user.
    func pair(_ role: PeerRole) throws -> CurveKeyPair { try #require(try own.secret(role.rawValue).pair) }

    /// Gives a raw socket keys; without a pair it has none.
    func equip(_ socket: Socket, _ pair: CurveKeyPair?, server: CurveKey? = nil) throws {
        guard let pair else { return }
        try socket.set(.curveServerKey, to: server ?? serviceKey)
        try socket.set(.curvePublicKey, to: pair.publicKey)
        try socket.set(.curveSecretKey, to: pair.secretKey)
    }

    /// A raw client at the command port.
    func peer(_ pair: CurveKeyPair?) throws -> RawPeer {
        try bench.commands(.dealer) { try equip($0, pair) }
    }

    func close() async { await bench.close() }
}

/// Commands that reached a delegate.
final class SeenCommands: Sendable {
    private let list = Mutex<[ApiCommand]>([])
    var all: [ApiCommand] { list.withLock { $0 } }
    func note(_ command: ApiCommand) { list.withLock { $0.append(command) } }
}

extension RawPeer {
    /// Gives a command.
    func give(_ command: ApiCommand) async throws -> ApiCommandReply {
        try await ask(#"{"command":\#(command.rawValue),"nonce":5}"#)
    }
}
