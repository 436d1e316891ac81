import AcquisitionModel
public import GatewayCore

extension ModuleMessage {
    /// A message with a payload that was given as text: by a module, or by somebody who typed it. An object is sent
    /// as JSON whatever it was written in; other text is sent as it is, for it is the module's business.
    ///
    /// - Throws: `GatewayError` of the code `badValue` for what no module can take.
    public init(to module: ModuleConfiguration, _ command: String, text: String) throws(GatewayError) {
        self.init(
            module: module.name,
            command: command,
            payload: try Self.payload(text.withoutBlanksAround, module)
        )
    }

    private static func payload(_ text: String, _ module: ModuleConfiguration) throws(GatewayError) -> String? {
        if text.isEmpty { return nil }
        guard text.hasPrefix("{") else {
            guard text.utf8.allSatisfy({ $0 < 0x80 }) else {
                throw GatewayError(
                    .badValue,
                    "'\(text.shortened)' is not ASCII, and only JSON can say it otherwise: no module can take it"
                )
            }
            // The bar separates the values of Alpha Omega's modules.
            guard !text.contains(where: { $0 == ";" || $0.isNewline }), module.isAlphaOmega || !text.contains("|")
            else {
                throw GatewayError(
                    .badValue,
                    "'\(text.shortened)' holds '|', ';' or the end of a line, which end a command"
                )
            }
            return text
        }
        if !module.isAlphaOmega, isSendable(text), (try? JSONReader.read(text)) != nil { return text }
        let value: JSONValue
        do throws(WireError) {
            value = try DareplaneText.value(text, limits: .standard)
        } catch {
            throw GatewayError(.badValue, "The payload is neither JSON nor a Python literal: \(error)")
        }
        if module.isAlphaOmega {
            let values = try AlphaOmegaPayload.text(value.object ?? [:])
            return values.isEmpty ? nil : values
        }
        guard let object = value.object else {
            throw GatewayError(.badValue, "'\(text.shortened)' is no object: a module's command takes keywords")
        }
        return DareplaneText.of(object)
    }

    private static func isSendable(_ text: String) -> Bool {
        text.utf8.allSatisfy { 0x20...0x7E ~= $0 && $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: "|") }
    }
}

extension String {
    var withoutBlanksAround: String {
        var text = self[...]
        while text.first?.isWhitespace == true { text = text.dropFirst() }
        while text.last?.isWhitespace == true { text = text.dropLast() }
        return String(text)
    }
}
