import AcquisitionRPC
import GatewayCore

/// What a module understands of one command (`protocol/dareplane.md`, D7 to D12).
enum ModuleCommand: Sendable, Hashable {
    /// GET_PCOMMS: list the commands. Every command that contains the word.
    case list
    /// UP: give a sign of life.
    case signOfLife
    /// STOP: end what is under way.
    case stop
    /// CLOSE: take no new connections.
    case close
    /// One of the module's own commands, or one that nobody knows.
    case run(PCOMM)
    /// It is not ASCII; the one case in which a module says what is wrong.
    case undecodable(answer: String)
    /// It cannot be read.
    case refused(GatewayError)

    /// What the module itself understands, in the order in which it lists it.
    static let builtIn = ["STOP", "CLOSE", "GET_PCOMMS", "UP"]

    /// Reads a command. CRLF is left out in every place; the real module does so for its own commands only, so that STOP
    /// is not understood after a line end (D8).
    init(_ bytes: [UInt8], limits: WireLimits) {
        let text = bytes.withoutLineEnds
        switch String(decoding: text, as: UTF8.self) {
        case "STOP", "STOP|": self = .stop
        case "CLOSE", "CLOSE|": self = .close
        case let all where all.utf8.contains("GET_PCOMMS".utf8): self = .list
        case "UP", "UP|": self = .signOfLife
        default:
            let plain = text.filter { $0 != 0xC2 }
            guard plain.allSatisfy({ $0 < 0x80 }) else {
                self = .undecodable(answer: "Was unable to decode msg=\(PythonBytes.text(of: bytes)) to ascii\n")
                return
            }
            do throws(GatewayError) {
                self = .run(try PCOMM(parsing: String(decoding: plain, as: UTF8.self), limits: limits))
            } catch {
                self = .refused(error)
            }
        }
    }
}

/// Bytes as Python shows them.
enum PythonBytes {
    /// At most so many bytes are shown: an answer need not be four times as large as what it is about.
    static let most = 4096

    /// What `repr` makes of bytes: `b'…'`.
    static func text(of bytes: [UInt8]) -> String {
        let hasSingle = bytes.contains(UInt8(ascii: "'"))
        let quote: UInt8 = hasSingle && !bytes.contains(UInt8(ascii: "\"")) ? UInt8(ascii: "\"") : UInt8(ascii: "'")
        var text = "b" + String(Unicode.Scalar(quote))
        for byte in bytes.prefix(most) {
            switch byte {
            case quote, UInt8(ascii: "\\"): text += "\\" + String(Unicode.Scalar(byte))
            case UInt8(ascii: "\t"): text += "\\t"
            case UInt8(ascii: "\n"): text += "\\n"
            case UInt8(ascii: "\r"): text += "\\r"
            case 0x20...0x7E: text.unicodeScalars.append(Unicode.Scalar(byte))
            default: text += "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }
        }
        return text + String(Unicode.Scalar(quote)) + (bytes.count > most ? "..." : "")
    }
}

extension [UInt8] {
    fileprivate var withoutLineEnds: [UInt8] {
        var result: [UInt8] = []
        for byte in self {
            if byte == UInt8(ascii: "\n"), result.last == UInt8(ascii: "\r") {
                result.removeLast()
            } else {
                result.append(byte)
            }
        }
        return result
    }
}
