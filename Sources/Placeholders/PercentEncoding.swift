/// Percent-encoding of UTF-8, https://www.rfc-editor.org/rfc/rfc3986#section-2.1.
package enum PercentEncoding {
    /// The text with only unreserved characters left as they are.
    package static func encoded(_ value: String) -> String {
        var text = ""
        write(value, to: &text) { $0.isUnreserved }
        return text
    }

    /// Appends the text, with every byte encoded that may not stay.
    static func write(_ value: String, to text: inout String, keeping stays: (UInt8) -> Bool) {
        for byte in value.utf8 {
            if stays(byte) {
                text.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                text += byte < 16 ? "%0" : "%"
                text += String(byte, radix: 16, uppercase: true)
            }
        }
    }
}

extension UInt8 {
    var isUnreserved: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "_"), UInt8(ascii: "~"):
            true
        default: false
        }
    }

    /// Whether a URL may hold it anywhere behind the authority, `%` among them.
    var isURLByte: Bool {
        isUnreserved || "!$&'()*+,;=:@/?#[]%".utf8.contains(self)
    }
}
