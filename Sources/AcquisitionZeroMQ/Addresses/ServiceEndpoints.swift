package import AcquisitionRPC

/// The two endpoints of a service, as its clients name them: a host with two ports, or a folder of Unix sockets.
package struct ServiceEndpoints: Sendable, Hashable {
    /// `tcp://rig-1:5557`, `ipc:///run/rig-1/commands`.
    package let command: String
    /// `tcp://rig-1:5556`, `ipc:///run/rig-1/events`.
    package let subscriber: String
    /// The folder of the Unix sockets; nil for a host.
    package let folder: SocketFolder?

    /// The endpoints at a host: a name, an address, or `ipc://` and a folder.
    ///
    /// - Throws: `AddressError` for what cannot be one.
    package init(host: String, commandPort: UInt16, subscriberPort: UInt16) throws(AddressError) {
        if SocketFolder.isMeant(by: host) {
            let folder = try SocketFolder(host)
            (command, subscriber, self.folder) = (folder.commands, folder.events, folder)
            return
        }
        let name = try HostResolver.checked(host)
        let part = name.contains(":") ? "[\(name)]" : name
        (command, subscriber, folder) = ("tcp://\(part):\(commandPort)", "tcp://\(part):\(subscriberPort)", nil)
    }
}
