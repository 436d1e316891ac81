import TestSupport
import Testing

@testable import AcquisitionZeroMQ

struct ZPLDocumentTests {
    private func read(_ text: String) throws -> [String: String] {
        let properties = try ZPLDocument(Array(text.utf8)).properties
        return Dictionary(uniqueKeysWithValues: properties.map { ($0.path, $0.value) })
    }

    @Test func whatPyzmqAndCzmqWrite() throws {
        let text = """
            #   ****  Generated on 2026-01-02 03:04:05 by pyzmq  ****

            metadata
                name = Ann Other
                lab = "Room #5" # a comment
            curve
                public-key = "a=b"
            top = 'it is "so"'
            a
                b
                    c = 1
                d = 2
            """
        #expect(
            try read(text) == [
                "metadata/name": "Ann Other", "metadata/lab": "Room #5", "curve/public-key": "a=b",
                "top": "it is \"so\"", "a/b/c": "1", "a/d": "2",
            ]
        )
        #expect(try read("curve\r\n\tkey\t=\t'x'\r\n") == ["curve/key": "x"])
        #expect(try read("a = \nb=\"\"") == ["a": "", "b": ""])
        #expect(try read("").isEmpty)
    }

    @Test(arguments: [
        ("a = \"open", "line 1: the value's quote is not closed"), ("a = 'x' y", "line 1"), ("\n= 5", "line 2: a line"),
        ("a b", "line 1: after a name"), ("a = 1\na = 2", "'a' is there twice"), ("a\u{0}", "control character"),
        ("a = \u{7F}", "control character"), ("ü = 1", "line 1"), ("a\u{B} = 1", "control character"),
    ])
    func whatHasAnotherFormIsRefusedWithItsLine(_ text: String, _ reason: String) throws {
        let error = #expect(throws: CertificateError.self) { try read(text) }
        #expect(error?.rule == .form && error?.message.contains(reason) == true, "\(error?.message ?? "")")
    }

    @Test func limitsHold() throws {
        let nested = (0..<17).map { String(repeating: " ", count: $0) + "a" }.joined(separator: "\n")
        #expect(throws: CertificateError.self) { try read(nested) }
        let large = #expect(throws: CertificateError.self) {
            try ZPLDocument(Array(repeating: UInt8(ascii: "#"), count: ZPLDocument.mostBytes + 1))
        }
        #expect(large?.rule == .size)
        #expect(#expect(throws: CertificateError.self) { try ZPLDocument([0x61, 0xFF]) }?.rule == .form)
    }

    @Test func survivesGarbage() throws {
        var random = SeededGenerator()
        let seed = random.seed
        let certificate = try Certificate.generate(metadata: ["name": "ann", "role": "operator"])
        let good = try certificate.zpl
        for _ in 0..<5_000 {
            var bytes = good
            for _ in 0..<Int.random(in: 1...8, using: &random) where !bytes.isEmpty {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[place] = .random(in: .min ... .max, using: &random)
                case 1: bytes.remove(at: place)
                case 2: bytes.insert(.random(in: .min ... .max, using: &random), at: place)
                default: bytes = Array(bytes[..<max(1, place)])
                }
            }
            // Damaged keys are noticed: what is still read has the same pair.
            guard let read = try? Certificate(zpl: bytes) else { continue }
            if let secret = read.secretKey {
                #expect(secret == certificate.secretKey && read.publicKey == certificate.publicKey, "seed \(seed)")
            }
        }
        for _ in 0..<5_000 {
            let bytes = (0..<Int.random(in: 0...200, using: &random)).map { _ in
                Array("#=\"' \t\r\nab-/\u{0}é".utf8).randomElement(using: &random) ?? 0
            }
            _ = try? ZPLDocument(bytes)
        }
    }
}
