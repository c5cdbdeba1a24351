/// What is done to values so that they are safe where they stand.
package struct Escape: Sendable {
    let apply: @Sendable (String) -> String

    /// Values as they are, for places without markup.
    package static let none = Escape { $0 }

    /// For HTML text and quoted attributes.
    package static let html = Escape { text in
        let isPlain = text.utf8.allSatisfy {
            switch $0 {
            case UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""),
                UInt8(ascii: "'"):
                false
            default: true
            }
        }
        if isPlain { return text }
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
