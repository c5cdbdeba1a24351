extension QuotedPrintable {
    /// Decodes the output of ``encode(_:)``, including its line breaks.
    static func decode(_ body: ArraySlice<UInt8>) -> [UInt8] {
        var output: [UInt8] = []
        var rest = body
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "=") else {
                output.append(byte)
                continue
            }
            let escaped = rest.prefix(2)
            rest = rest.dropFirst(2)
            // Otherwise it is a soft line break.
            if let value = UInt8(String(decoding: escaped, as: UTF8.self), radix: 16) {
                output.append(value)
            }
        }
        return output
    }
}
