import GatewayCore

/// Where a module is reached, as its table says.
struct ModuleConnectionTable {
    var host: String?
    var port: Int?
    var retryAfter: Duration?
    var tries: Int?

    /// Reads the keys from the module's own table, or from the table `connection` that the real control room's example
    /// shows.
    init(_ reader: TableReader, isNested: Bool = false) {
        if isNested { _ = reader.string("type") }
        host = reader.string("ip")
        port = reader.integer("port", in: 1...65535)
        retryAfter = reader.duration("retry_after_s")
        tries = reader.integer("max_connect_retries", in: 0...1_000_000)
        guard isNested || reader.table["connection"] == nil else { return }
        if reader.table["ip"] == nil { reader.noteMissing("ip", "where the module listens, such as \"127.0.0.1\"") }
        if reader.table["port"] == nil { reader.noteMissing("port", "where the module listens") }
    }
}
