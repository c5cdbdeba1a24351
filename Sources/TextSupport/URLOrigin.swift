/// The part of a URL that may be shown. A path can contain a token, and the user information a
/// password.
package enum URLOrigin {
    /// Returns `https://monitor.example.com` for
    /// `https://user:password@monitor.example.com/ping/token`.
    package static func of(_ url: String) -> String {
        // This works on bytes for speed, because it is called for every callback.
        var url = url
        return url.withUTF8 { bytes in
            guard let start = endOfScheme(bytes) else { return "the URL" }
            let authority = bytes[start...].prefix { !endsAuthority($0) }
            guard let user = authority.lastIndex(of: UInt8(ascii: "@")) else {
                return String(decoding: bytes[..<authority.endIndex], as: UTF8.self)
            }
            return String(decoding: bytes[..<start], as: UTF8.self)
                + String(decoding: authority[(user + 1)...], as: UTF8.self)
        }
    }

    /// Returns the index after the first `://`.
    private static func endOfScheme(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        let slash = UInt8(ascii: "/")
        return bytes.indices.dropLast(2).first { index in
            bytes[index] == UInt8(ascii: ":") && bytes[index + 1] == slash
                && bytes[index + 2] == slash
        }.map { $0 + 3 }
    }

    private static func endsAuthority(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "#"), UInt8(ascii: "\\"): true
        default: false
        }
    }
}
