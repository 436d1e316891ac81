import AcquisitionModel
public import GatewayCore
import TOMLKit

/// Reads a configuration file in TOML.
public enum TOMLDocument {
    /// The table that `text` holds, its keys in the order of the file and with their lines. (TOMLKit reads the values; it
    /// keeps neither.)
    ///
    /// - Throws: `ConfigurationErrors` with the line where the text is not TOML.
    public static func table(of text: String) throws(ConfigurationErrors) -> ConfigurationTable {
        // An editor may have put a mark before it.
        let text = ByteOrderMark.dropped(from: text)
        let table: TOMLTable
        do {
            table = try TOMLTable(string: text)
        } catch let error as TOMLParseError {
            let message = error.description.prefix { $0 != "\n" }
            throw ConfigurationErrors([
                ConfigurationProblem(line: error.source.begin.line, path: "", "is not TOML: \(message)")
            ])
        } catch {
            throw ConfigurationErrors([ConfigurationProblem(line: nil, path: "", "is not TOML: \(error)")])
        }
        return convert(table, at: [], TOMLPositions(text))
    }

    private static func convert(_ table: TOMLTable, at path: TOMLPath, _ positions: TOMLPositions) -> ConfigurationTable
    {
        let entries = table.keys.compactMap { key -> (order: Int, entry: ConfigurationTable.Entry)? in
            let path = path + [.key(key)]
            guard let value = table[key].flatMap({ convert($0, at: path, positions) }) else { return nil }
            let position = positions[path]
            let entry = ConfigurationTable.Entry(key: key, value: value, line: position?.line)
            return (position?.order ?? .max, entry)
        }
        return ConfigurationTable(entries.sorted { $0.order < $1.order }.map(\.entry), line: positions[path]?.line)
    }

    private static func convert(
        _ value: any TOMLValueConvertible,
        at path: TOMLPath,
        _ positions: TOMLPositions
    ) -> ConfigurationValue? {
        switch value.type {
        case .table: value.table.map { .table(convert($0, at: path, positions)) }
        case .array:
            value.array.map { array in
                .array(array.enumerated().compactMap { convert($1, at: path + [.index($0)], positions) })
            }
        case .string: value.string.map(ConfigurationValue.string)
        case .int: value.int.map { .integer(Int64($0)) }
        case .double: value.double.map(ConfigurationValue.number)
        case .bool: value.bool.map(ConfigurationValue.boolean)
        case .date: value.date.map { .date($0.debugDescription) }
        case .time: value.time.map { .date($0.debugDescription) }
        case .dateTime: value.dateTime.map { .date($0.debugDescription) }
        }
    }
}
