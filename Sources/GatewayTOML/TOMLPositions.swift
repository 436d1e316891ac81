/// The way to a value of a document.
typealias TOMLPath = [TOMLPathStep]

enum TOMLPathStep: Sendable, Hashable {
    case key(String)
    case index(Int)
}

/// Where the keys of a TOML document stand. The text must have been found to be TOML; of any other the positions mean
/// little.
struct TOMLPositions {
    struct Position: Hashable {
        let line: Int
        /// Which of all keys, counted from 0.
        let order: Int
    }

    private var positions: [TOMLPath: Position] = [:]
    /// How many tables each list of tables ([[name]]) has so far.
    private var listed: [TOMLPath: Int] = [:]
    private var text: [UInt8]
    private var place = 0
    private var line = 1

    init(_ text: String) {
        self.text = Array(text.utf8)
        scan()
    }

    subscript(_ path: TOMLPath) -> Position? { positions[path] }

    // MARK: - The document

    private mutating func scan() {
        var table: TOMLPath = []
        while true {
            skipBlank()
            guard let byte = current else { return }
            if byte == UInt8(ascii: "[") {
                table = header()
            } else {
                member(of: table)
            }
        }
    }

    /// `[a.b]` or `[[a.b]]`: the way to the table that follows.
    private mutating func header() -> TOMLPath {
        step()
        let isListed = current == UInt8(ascii: "[")
        if isListed { step() }
        let line = line
        let keys = dottedKey()
        var path: TOMLPath = []
        for (number, key) in keys.enumerated() {
            path.append(.key(key))
            if number < keys.count - 1 {
                note(path, line)
                if let count = listed[path] { path.append(.index(count - 1)) }
            }
        }
        note(path, line)
        if isListed {
            let count = listed[path, default: 0]
            listed[path] = count + 1
            path.append(.index(count))
            note(path, line)
        }
        while let byte = current, byte == UInt8(ascii: "]") || isSpace(byte) { step() }
        return path
    }

    /// `a.b = value`
    private mutating func member(of table: TOMLPath) {
        let line = line
        let start = place
        var path = table
        for key in dottedKey() {
            path.append(.key(key))
            note(path, line)
        }
        while let byte = current, isSpace(byte) || byte == UInt8(ascii: "=") { step() }
        value(at: path)
        // Whatever this was, it is passed.
        if place == start { step() }
    }

    private mutating func value(at path: TOMLPath) {
        switch current {
        case UInt8(ascii: "\""), UInt8(ascii: "'"): _ = string()
        case UInt8(ascii: "["):
            step()
            var index = 0
            while true {
                skipBlank(and: UInt8(ascii: ","))
                guard let byte = current, byte != UInt8(ascii: "]") else { break }
                note(path + [.index(index)], line)
                value(at: path + [.index(index)])
                index += 1
            }
            step()
        case UInt8(ascii: "{"):
            step()
            while true {
                skipBlank(and: UInt8(ascii: ","))
                guard let byte = current, byte != UInt8(ascii: "}") else { break }
                member(of: path)
            }
            step()
        default:
            while let byte = current,
                ![UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"), 0x0A, 0x23].contains(byte)
            {
                step()
            }
        }
    }

    private mutating func note(_ path: TOMLPath, _ line: Int) {
        if positions[path] == nil { positions[path] = Position(line: line, order: positions.count) }
    }

    // MARK: - Keys and texts

    private mutating func dottedKey() -> [String] {
        var keys: [String] = []
        while let byte = current {
            if isSpace(byte) || byte == UInt8(ascii: ".") {
                step()
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                keys.append(string())
            } else if isBare(byte) {
                let start = place
                while let byte = current, isBare(byte) { step() }
                keys.append(String(decoding: text[start..<place], as: UTF8.self))
            } else {
                break
            }
        }
        return keys
    }

    private mutating func string() -> String {
        guard let quote = current else { return "" }
        let isBasic = quote == UInt8(ascii: "\"")
        let isLong = place + 2 < text.count && text[place + 1] == quote && text[place + 2] == quote
        for _ in 0..<(isLong ? 3 : 1) { step() }
        let start = place
        while let byte = current {
            if isBasic, byte == UInt8(ascii: "\\") {
                step()
                step()
            } else if byte == quote, !isLong || isEnd(of: quote) {
                break
            } else {
                step()
            }
        }
        let end = place
        for _ in 0..<(isLong ? 3 : 1) { step() }
        // One or two quotes may stand before the three that end a long text.
        while isLong, current == quote { step() }
        let found = String(decoding: text[start..<min(end, text.count)], as: UTF8.self)
        return isBasic ? Self.unescaped(found) : found
    }

    private func isEnd(of quote: UInt8) -> Bool {
        place + 2 < text.count && text[place + 1] == quote && text[place + 2] == quote
    }

    /// The key that is written with escapes.
    private static func unescaped(_ text: String) -> String {
        guard text.contains("\\") else { return text }
        let simple: [Character: Character] = [
            "b": "\u{8}", "t": "\t", "n": "\n", "f": "\u{c}", "r": "\r", "e": "\u{1b}", "\"": "\"", "\\": "\\",
        ]
        var result = ""
        var rest = text[...]
        while let character = rest.popFirst() {
            guard character == "\\", let escape = rest.popFirst() else {
                result.append(character)
                continue
            }
            let digits = escape == "u" ? 4 : escape == "U" ? 8 : 0
            if digits > 0, let number = UInt32(rest.prefix(digits), radix: 16), let scalar = Unicode.Scalar(number) {
                result.unicodeScalars.append(scalar)
                rest = rest.dropFirst(digits)
            } else {
                result.append(simple[escape] ?? escape)
            }
        }
        return result
    }

    // MARK: - Bytes

    private var current: UInt8? { place < text.count ? text[place] : nil }

    private mutating func step() {
        guard place < text.count else { return }
        if text[place] == 0x0A { line += 1 }
        place += 1
    }

    /// Passes spaces, ends of lines and comments.
    private mutating func skipBlank(and other: UInt8? = nil) {
        while let byte = current {
            if byte == UInt8(ascii: "#") {
                while current != nil, current != 0x0A { step() }
            } else if isSpace(byte) || byte == 0x0A || byte == other {
                step()
            } else {
                return
            }
        }
    }

    private func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }

    private func isBare(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), 0x80...:
            true
        default: false
        }
    }
}
