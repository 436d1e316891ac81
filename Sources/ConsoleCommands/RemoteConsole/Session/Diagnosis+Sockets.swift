import AcquisitionRPC
import AcquisitionZeroMQ

extension Diagnosis {
    /// What the folder of an application's Unix sockets tells; whether there is one to connect to.
    mutating func folder(_ folder: SocketFolder) -> Bool {
        do {
            try folder.check(acceptsOthers: true)
        } catch {
            problem("host", error.message, advice: "Start the application with --bind ipc://\(folder.path).")
            return false
        }
        good("host", "\(folder.path) is a folder for Unix sockets")
        return true
    }

    /// What a look at a Unix socket tells.
    mutating func socket(_ subject: String, at path: String) {
        switch SocketFile(at: path) {
        case .live: good(subject, "\(path) takes connections")
        case .missing:
            problem(
                subject,
                "\(path) is not there",
                advice: "Start the application with this folder (--bind ipc://…), or name its folder with --host."
            )
        case .stale:
            problem(
                subject,
                "\(path) is left from an application that was killed",
                advice: "Start the application again; it takes the place of what is left."
            )
        case .other: problem(subject, "\(path) is no socket", advice: "Check --host.")
        case .unknown(let reason): problem(subject, "\(path): \(reason)", advice: "Check --host.")
        }
    }
}
