@testable import AcquisitionZeroMQ

/// A certificate, as it lies in a file.
enum CertificateTarget {
    /// The rules that the text of a certificate can break.
    private static let rules: Set<CertificateError.Rule> = [.size, .form, .keys]

    static func test(_ bytes: [UInt8]) {
        do {
            check(try Certificate(zpl: bytes))
            require(bytes.count <= ZPLDocument.mostBytes, "a certificate that is too large is refused")
        } catch {
            requireNamed(error)
            // A key, or what was meant to be one, is not for logs.
            let document = try? ZPLDocument(bytes)
            for name in ["public-key", "secret-key"] {
                guard let key = document?["curve/\(name)"], key.count > 16 else { continue }
                require(!error.description.contains(key), "a refusal names no key: \(error)")
            }
        }
    }

    private static func check(_ certificate: Certificate) {
        do {
            _ = try certificate.role
        } catch {
            require(error.rule == .role, "only the role can be wrong with a role: \(error)")
        }
        for half in [certificate, certificate.withoutSecret] {
            do {
                let again = try Certificate(zpl: try half.zpl)
                require(again == half, "written and read again, a certificate is the same: \(again), \(half)")
            } catch {
                require(error.rule == .form, "only metadata may have no form: \(error)")
                let canBeWritten = half.metadata.allSatisfy {
                    isSimple($0.value) && isSimple($0.key) && !$0.key.isEmpty
                }
                require(!canBeWritten, "simple metadata can be written: \(error)")
            }
        }
    }

    private static func isSimple(_ text: String) -> Bool {
        text.utf8.allSatisfy { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }
    }

    private static func requireNamed(_ error: CertificateError) {
        require(rules.contains(error.rule), "a refusal names one of the rules: \(error)")
        require(!error.message.isEmpty, "a refusal says what is wrong: \(error)")
        requireHarmless(error.description)
    }
}
