import Foundation

/// The folders of the XDG base directory specification in which the tools keep their files.
enum StandardFolders {
    private static let name = "acquisition-rpc"

    /// Where configuration is read from: `$XDG_CONFIG_HOME/acquisition-rpc`, by default `~/.config/acquisition-rpc`.
    static func configuration(_ environment: [String: String]) -> String? {
        folder(environment, variable: "XDG_CONFIG_HOME", fallback: ".config")
    }

    /// Where history goes: `$XDG_STATE_HOME/acquisition-rpc`, by default `~/.local/state/acquisition-rpc`.
    static func state(_ environment: [String: String]) -> String? {
        folder(environment, variable: "XDG_STATE_HOME", fallback: ".local/state")
    }

    private static func folder(_ environment: [String: String], variable: String, fallback: String) -> String? {
        // The specification has relative paths ignored.
        if let base = environment[variable], base.hasPrefix("/") { return "\(base)/\(name)" }
        guard let home = environment["HOME"], !home.isEmpty else { return nil }
        return "\(home)/\(fallback)/\(name)"
    }
}
