import AcquisitionRPC
import GatewayCore

/// What Dareplane's messages have in common as text.
enum DareplaneText {
    /// An object as a payload.
    static func of(_ object: JSONObject) -> String {
        var text = ""
        // Outside of texts JSON has neither of the two.
        for character in JSONValue.object(object).pythonText.unicodeScalars {
            switch character {
            case "|": text += "\\u007c"
            case ";": text += "\\u003b"
            default: text.unicodeScalars.append(character)
            }
        }
        return text
    }

    /// Reads JSON, or else a Python literal. Where it is neither, the reading that got further says what is wrong.
    static func value(_ text: String, limits: WireLimits) throws(WireError) -> JSONValue {
        do throws(WireError) {
            return try JSONReader.read(text, limits: limits, tolerance: .oldReleases)
        } catch let json {
            do throws(WireError) {
                return try PythonLiteral.read(text, limits: limits)
            } catch let python {
                throw (python.offset ?? 0) > (json.offset ?? 0) ? python : json
            }
        }
    }

    /// Refuses a name that cannot stand in a message: empty, with blanks around it, not of printable ASCII, or with one of
    /// the two characters that mean something.
    static func checkName(_ name: String, _ what: String) throws(GatewayError) {
        let isPlain = name.utf8.allSatisfy { byte in
            (0x20...0x7E).contains(byte) && byte != UInt8(ascii: "|") && byte != UInt8(ascii: ";")
        }
        guard isPlain, !name.isEmpty, !name.hasPrefix(" "), !name.hasSuffix(" ") else {
            throw GatewayError(
                .badMessage,
                "'\(name.shortened)' is no name of a \(what): it must be of ASCII, without '|', ';' and blanks around it"
            )
        }
    }
}

extension String {
    /// The text without CRLF, which people who type leave in every place (`protocol/dareplane.md`, D8).
    var withoutLineEnds: String {
        // Swift takes CRLF for one character.
        contains("\r\n") ? String(filter { $0 != "\r\n" }) : self
    }

    /// The text's beginning, for messages about it: what could end a line or command a terminal is shown as an escape.
    var shortened: String { SafeText.clipped(self, to: 81) }
}

extension Substring {
    /// Without blanks and line ends of ASCII at both ends.
    var trimmed: Substring {
        var bytes = utf8[...]
        while bytes.first?.isBlank == true { bytes.removeFirst() }
        while bytes.last?.isBlank == true { bytes.removeLast() }
        return Substring(bytes)
    }
}
