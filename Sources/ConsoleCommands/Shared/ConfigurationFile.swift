import AcquisitionModel
import Foundation

/// The settings that a file gives: one JSON object.
struct ConfigurationFile: Sendable, Hashable {
    let path: String
    let members: JSONObject

    /// The file that the user names, or else `<tool>.json` in the configuration folder, where it need not be.
    ///
    /// - Throws: ``CommandFailure`` where the file is named and not there, or is no JSON object.
    static func load(
        named path: String?,
        tool: String,
        environment: [String: String]
    ) throws(CommandFailure) -> ConfigurationFile? {
        let named = path ?? environment["ACQUISITION_CONFIG"].flatMap { $0.isEmpty ? nil : $0 }
        if let named { return try read(named) }
        guard let usual = usualPath(tool: tool, environment: environment),
            FileManager.default.fileExists(atPath: usual)
        else { return nil }
        return try read(usual)
    }

    /// Where the file of a tool is looked for.
    static func usualPath(tool: String, environment: [String: String]) -> String? {
        StandardFolders.configuration(environment).map { "\($0)/\(tool).json" }
    }

    private static func read(_ path: String) throws(CommandFailure) -> ConfigurationFile {
        let text: String
        do {
            text = try TextFile.read(path)
        } catch {
            throw CommandFailure(.usage, "The configuration file \(path) cannot be read: \(error)")
        }
        do {
            return ConfigurationFile(path: path, members: try JSONObject(json: JSONReader.read(text)))
        } catch {
            throw CommandFailure(.usage, "The configuration file \(path) is not to be understood: \(error)")
        }
    }
}
