import GatewayCore

/// Callbacks that come in pieces.
extension ModuleInbox {
    /// Whether what was begun is a callback that shows that more of it is to come. The list of commands has no such
    /// form, and is waited for in its own way.
    var isRestAwaited: Bool {
        guard listsExpected == 0, !modules.isEmpty else { return false }
        return switch place {
        case .head(separators: 0): modules.contains { $0.utf8.starts(with: text) }
        case .head, .object: isAddressed(text)
        case .loose: isAddressed(text) && isOpen(payload(of: text))
        case .between, .line, .skipping: false
        }
    }

    /// The payload, as far as it came.
    private func payload(of bytes: [UInt8]) -> ArraySlice<UInt8> {
        let parts = bytes.split(separator: UInt8(ascii: "|"), maxSplits: 2, omittingEmptySubsequences: false)
        return parts.count == 3 ? parts[2] : []
    }

    /// Whether a text or a list is begun and not closed.
    private func isOpen(_ payload: ArraySlice<UInt8>) -> Bool {
        guard let first = payload.first, [UInt8(ascii: "["), UInt8(ascii: "\""), UInt8(ascii: "'")].contains(first)
        else {
            return false
        }
        var scanner = ObjectScanner()
        var isClosed = false
        for byte in payload { isClosed = scanner.take(byte) }
        return !isClosed
    }

    /// Whether what comes after a pause is no part of the callback that is waited for: a sign of life that was asked
    /// for, or another callback, which ends the wait.
    mutating func isApart(_ bytes: [UInt8], _ elements: inout [Element]) -> Bool {
        guard !place.isObject else { return false }
        if bytes.count <= livesExpected, bytes.allSatisfy({ $0 == UInt8(ascii: "1") }) {
            livesExpected -= bytes.count
            elements += bytes.map { _ in .alive }
            return true
        }
        guard bytes.contains(UInt8(ascii: "|")), isAddressed(bytes) else { return false }
        switch place {
        // What was begun may be the beginning of the module's name itself.
        case .head(separators: 0): break
        default: finish(bySilence: true, &elements)
        }
        return false
    }

    /// What is wrong with a callback that ends here; nil for one that is complete, and for what is none.
    ///
    /// - Parameter place: where in it the end came.
    func problem(at place: Place, _ bytes: [UInt8]) -> GatewayError? {
        guard listsExpected == 0, isAddressed(bytes) else { return nil }
        let text = String(decoding: bytes, as: UTF8.self).shortened
        return switch place {
        case .head(separators: 1):
            GatewayError(.badMessage, "'\(text)' has one '|', but a callback has two: module|PCOMM|payload")
        case .object:
            GatewayError(.badMessage, "'\(text)' was not completed within \(Self.patience): its object is not closed")
        case .loose where isOpen(payload(of: bytes)):
            GatewayError(.badMessage, "'\(text)' was not completed within \(Self.patience): its payload is not closed")
        default: nil
        }
    }
}
