internal import CCurl

/// Converts internationalized host names to ASCII, by UTS 46 and IDNA 2008.
///
/// libcurl itself only converts names on threads with a UTF-8 locale, which programs in the C
/// locale do not have. So every name is converted here, once, before it is looked up, compared or
/// connected to.
package enum HostName {
    package enum Failure: Error, Hashable, Sendable {
        /// The name is not possible in DNS, for example because a label is too long.
        case noASCIIForm
        /// libcurl is missing, older than 7.88, or built without IDN.
        case unsupported
    }

    /// Returns the ASCII form of a host name. ASCII names are returned unchanged, without loading
    /// libcurl.
    ///
    /// The result is in lowercase with A-labels (`xn--…`). It may contain any ASCII character,
    /// because `℀`, for example, becomes `a/c`. Validate it like a name that was given in ASCII.
    package static func ascii(_ name: String) throws(Failure) -> String {
        if name.utf8.allSatisfy({ $0 < 0x80 }) { return name }
        // A C string ends at its first NUL.
        guard !name.utf8.contains(0) else { throw .noASCIIForm }
        guard let curl = CurlLibrary.functions else { throw .unsupported }
        // 253 bytes and a NUL are enough for any DNS name (RFC 1035 section 2.3.4).
        var ascii = [CChar](repeating: 0, count: 256)
        switch callback_curl_ascii_host(curl, name, &ascii, ascii.count) {
        case 1:
            let bytes = ascii.prefix { $0 != 0 }.map(UInt8.init(bitPattern:))
            return String(decoding: bytes, as: UTF8.self)
        case 0: throw .noASCIIForm
        default: throw .unsupported
        }
    }
}

extension HostName.Failure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .noASCIIForm: "the name has no ASCII form (IDNA)"
        case .unsupported:
            "international names require libcurl 7.88 or later with IDN; use the ASCII form"
        }
    }
}
