internal import CCurl

/// Host names as DNS knows them: international ones in ASCII, by UTS 46 and IDNA 2008.
///
/// libcurl converts a name by itself only on a thread with a UTF-8 locale, which programs that
/// start in the C locale do not have. So every name is converted here, once, before anybody looks
/// it up, compares it or connects to it.
package enum HostName {
    package enum Failure: Error, Hashable, Sendable {
        /// No domain can have the name, for example because a part of it is too long.
        case noASCIIForm
        /// libcurl is missing, or older than 7.88, or was built without IDN.
        case unsupported
    }

    /// A name in ASCII is returned as it is; libcurl is loaded for no other name than these.
    ///
    /// The result of any other name is in lower case, with A-labels (`xn--…`). It may hold every
    /// character of ASCII, as `℀` is written `a/c`: check it like a name that was given in ASCII.
    package static func ascii(_ name: String) throws(Failure) -> String {
        if name.utf8.allSatisfy({ $0 < 0x80 }) { return name }
        // A text of C ends at its first NUL.
        guard !name.utf8.contains(0) else { throw .noASCIIForm }
        guard let curl = CurlLibrary.functions else { throw .unsupported }
        // 253 bytes and a NUL are enough for any name of DNS (RFC 1035 2.3.4).
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
            "names that are not ASCII need libcurl 7.88 or later with IDN; write the ASCII form"
        }
    }
}
