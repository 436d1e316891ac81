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
        let before = reader.duration("retry_connection_after_s")
        retryAfter = reader.duration("retry_after_s") ?? before
        if before != nil {
            let isTwice = reader.table["retry_after_s"] != nil
            reader.remark(
                "retry_connection_after_s",
                isTwice
                    ? "is passed over: retry_after_s says the same" : "is called retry_after_s now, and counts as that"
            )
        }
        tries = reader.integer("max_connect_retries", in: 0...1_000_000)
        guard isNested || reader.table["connection"] == nil, !isEmpty else { return }
        if reader.table["ip"] == nil { reader.noteMissing("ip", "where the module listens, such as \"127.0.0.1\"") }
        if reader.table["port"] == nil { reader.noteMissing("port", "where the module listens") }
    }

    /// Whether nothing says where the module is.
    var isEmpty: Bool { host == nil && port == nil }

    /// Takes the address from the table `kwargs`, where the real control room's example has it for modules without a
    /// connection.
    mutating func complete(from reader: TableReader) {
        // What is there and wrong has been noted.
        guard reader.table["ip"] == nil, reader.table["port"] == nil, reader.table["connection"] == nil else { return }
        if case .table(let keywords)? = reader.table["kwargs"]?.value,
            case .string(let host)? = keywords["ip"]?.value, case .integer(let number)? = keywords["port"]?.value,
            let port = Int(exactly: number), 1...65535 ~= port
        {
            (self.host, self.port) = (host, port)
            reader.remark("kwargs", "says where the module listens: it is connected to there")
        } else {
            reader.noteMissing("ip", "where the module listens, such as \"127.0.0.1\"")
            reader.noteMissing("port", "where the module listens")
        }
    }
}
