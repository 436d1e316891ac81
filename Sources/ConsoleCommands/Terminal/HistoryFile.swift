import Foundation

/// Where a prompt keeps the lines that were typed.
enum HistoryFile {
    /// The file of the program `name`: what `ACQUISITION_HISTORY` says (empty for none), else
    /// `acquisition-rpc/<name>-history` in the XDG state folder (`XDG_STATE_HOME`, else `~/.local/state`).
    static func path(
        for name: String,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) -> String? {
        if let path = environment["ACQUISITION_HISTORY"] { return path.isEmpty ? nil : path }
        let state: String
        if let folder = environment["XDG_STATE_HOME"], folder.hasPrefix("/") {
            state = folder
        } else if let home = environment["HOME"], !home.isEmpty {
            state = home + "/.local/state"
        } else {
            return nil
        }
        return "\(state)/acquisition-rpc/\(name)-history"
    }
}
