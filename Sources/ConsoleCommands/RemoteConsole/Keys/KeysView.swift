import AcquisitionModel
import AcquisitionRPC
import AcquisitionZeroMQ
import ZeroMQ

/// Keys as people and programs read them; never a secret one.
enum KeysView {
    static func lines(_ certificate: Certificate) -> [String] {
        ["public key  \(ShellText.quoted(certificate.publicKey.z85))"]
            + certificate.metadata.sorted { $0.key < $1.key }.map { SafeText.of("\($0.key): \($0.value)") }
    }

    static func lines(
        _ folder: KeyFolder,
        _ service: Certificate?,
        _ clients: [AuthorizedClient],
        _ problems: [CertificateError]
    ) -> [String] {
        let command = ["remote-console", "keys", "generate", KeyFolder.serviceName, "--keys", folder.path]
        let key = service.map { ShellText.quoted($0.publicKey.z85) }
        var lines = ["service     \(key ?? "no keys; to make them: \(ShellText.command(command))")"]
        let rows = clients.map { [$0.user, $0.role.rawValue, ShellText.quoted($0.key)] }
        if rows.isEmpty {
            lines.append("Nobody may come in: there are no keys in \(folder.clientsPath)")
        } else {
            lines +=
                [""]
                + Table(header: ["User", "Role", "Public key"], rows: rows).lines(style: TextStyle(isColored: false))
        }
        return lines + problems.map { SafeText.of("not used: \($0)") }
    }

    static func json(_ certificate: Certificate) -> String {
        var line = JSONLine()
        line["publicKey"] = .string(certificate.publicKey.z85)
        line["metadata"] = .object(certificate.metadata.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })
        return line.description
    }

    static func json(_ client: AuthorizedClient) -> JSONValue {
        .object([
            ("user", .string(client.user)), ("role", .string(client.role.rawValue)), ("publicKey", .string(client.key)),
        ])
    }

    static func json(
        _ folder: KeyFolder,
        _ service: Certificate?,
        _ clients: [AuthorizedClient],
        _ problems: [CertificateError]
    ) -> String {
        var line = JSONLine()
        line["folder"] = .string(folder.path)
        line["service"] = service.map { .string($0.publicKey.z85) } ?? .null
        line["clients"] = .array(clients.map(json))
        line["notUsed"] = .array(problems.map { .string($0.description) })
        return line.description
    }
}
