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

    /// Reads a command. CRLF is left out in every place, and blanks and bare line ends around the command and around its
    /// `|`. The real module leaves CRLF out of its own commands only, so that STOP is not understood after a line end
    /// (D8), and no bare line end anywhere (D9).
    init(_ bytes: [UInt8], limits: WireLimits) {
        let text = bytes.withoutLineEnds
        let parts = text.split(separator: UInt8(ascii: "|"), maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(decoding: parts.first?.trimmed ?? [], as: UTF8.self)
        let isBare = parts.dropFirst().allSatisfy(\.trimmed.isEmpty)
        let trimmed = Array(parts.map(\.trimmed).joined(separator: [UInt8(ascii: "|")]))
        switch name {
        case "STOP" where isBare: self = .stop
        case "CLOSE" where isBare: self = .close
        case _ where String(decoding: text, as: UTF8.self).utf8.contains("GET_PCOMMS".utf8): self = .list
        case "UP" where isBare: self = .signOfLife
        default:
            let plain = trimmed.filter { $0 != 0xC2 }
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

extension ArraySlice<UInt8> {
    /// Without blanks and line ends at both ends.
    fileprivate var trimmed: ArraySlice<UInt8> {
        var text = drop(while: \.isBlank)
        while text.last?.isBlank == true { text.removeLast() }
        return text
    }
}

extension UInt8 {
    /// Whether the byte is white space, line ends among it.
    var isBlank: Bool { self == 0x20 || (0x09...0x0D).contains(self) }
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
