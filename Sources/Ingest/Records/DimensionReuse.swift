import DeliveryLog

/// Caches the dimensions of records by the bytes of the fields that determine them.
///
/// Creating and validating every word of every record costs more than the rest of the parsing.
struct DimensionReuse {
    private struct Known {
        var words: [[UInt8]]
        var route: AttemptDimensions
    }

    private var known: [Int: Known] = [:]

    /// Returns the cached dimensions of a record, or the result of `make`.
    mutating func route(
        _ fields: FieldValues, _ make: () throws(RecordError) -> AttemptDimensions
    ) throws(RecordError) -> AttemptDimensions {
        guard let words = DimensionWords(fields) else { return try make() }
        let hash = words.hash
        if let known = known[hash], words.areSame(as: known.words) { return known.route }
        let route = try make()
        // Limits the memory for a log in which nothing repeats.
        if known.count >= 10_000 { known.removeAll() }
        known[hash] = Known(words: words.copied, route: route)
        return route
    }
}

/// The fields that determine the dimensions, as bytes of the record. An absent field is empty.
private struct DimensionWords {
    private let words: InlineArray<7, UnsafeRawBufferPointer>

    /// Returns `nil` for a record that needs validation, or whose origin is not a substring of its
    /// URL.
    init?(_ fields: FieldValues) {
        var words = InlineArray<7, UnsafeRawBufferPointer>(repeating: .init(start: nil, count: 0))
        for (index, field) in Self.fields.enumerated() {
            switch fields[field] {
            case .absent: continue
            // An empty word equals an absent one, except for the company.
            case .text(let bytes) where !bytes.isEmpty || field != .company: words[index] = bytes
            default: return nil
            }
        }
        switch fields[.url] {
        case .absent: break
        case .text(let url):
            guard let origin = Origin.plain(url) else { return nil }
            words[6] = UnsafeRawBufferPointer(rebasing: origin)
        default: return nil
        }
        self.words = words
    }

    private static let fields: [RecordField] = [
        .company, .profileID, .channel, .event, .method, .profileTitle,
    ]

    var copied: [[UInt8]] { words.indices.map { Array(words[$0]) } }

    func areSame(as other: [[UInt8]]) -> Bool {
        words.indices.allSatisfy { index in
            other[index].withUnsafeBytes { $0.sameBytes(as: words[index]) }
        }
    }

    var hash: Int {
        var hash: UInt = 0xCBF2_9CE4_8422_2325
        for index in words.indices { hash = Self.hash(words[index], from: hash) }
        return Int(bitPattern: hash)
    }

    private static func hash(_ bytes: UnsafeRawBufferPointer, from start: UInt) -> UInt {
        var hash = mixed(start, UInt(bytes.count))
        var index = 0
        while index + 8 <= bytes.count {
            hash = mixed(hash, bytes.loadUnaligned(fromByteOffset: index, as: UInt.self))
            index += 8
        }
        while index < bytes.count {
            hash = mixed(hash, UInt(bytes[index]))
            index += 1
        }
        return hash
    }

    private static func mixed(_ hash: UInt, _ word: UInt) -> UInt {
        let product = (hash ^ word).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
        return product.high ^ product.low
    }
}

/// The scheme, host and port of an endpoint's URL. The rest of the URL is never stored.
enum Origin {
    /// Returns the origin of a URL in lowercase, without user, default port, path and query.
    ///
    /// Returns `nil` if it is not an absolute URL with a host (RFC 3986). The record is still
    /// accepted.
    static func of(_ url: UnsafeRawBufferPointer) -> String? {
        plain(url).map { String(decoding: $0, as: UTF8.self) } ?? general(url)
    }

    /// Returns the origin of a common URL, whose origin is a substring that needs no change.
    ///
    /// Returns `nil` for any other URL, such as one with a port. Inspecting every scalar of the
    /// host, as the general rule does, costs a quarter of an import.
    static func plain(_ url: UnsafeRawBufferPointer) -> Slice<UnsafeRawBufferPointer>? {
        guard let scheme = ["https://", "http://"].first(where: { url.starts(with: $0.utf8) })
        else { return nil }
        let rest = url[scheme.utf8.count...]
        let end = rest.firstIndex { !isPlain($0) } ?? rest.endIndex
        guard end > rest.startIndex, end <= limit else { return nil }
        guard end == rest.endIndex || "/?#".utf8.contains(url[end]) else { return nil }
        return url[..<end]
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "."), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    static func general(_ url: UnsafeRawBufferPointer) -> String? {
        let text = String(decoding: url.prefix(2 * limit), as: UTF8.self)
        guard let colon = text.firstIndex(of: ":"), text[colon...].hasPrefix("://") else {
            return nil
        }
        let scheme = text[..<colon].lowercased()
        guard isScheme(scheme) else { return nil }
        let rest = text[text.index(colon, offsetBy: 3)...]
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" && $0 != "\\" }
        let afterUser = authority.lastIndex(of: "@").map(authority.index(after:))
        guard let place = place(in: authority[(afterUser ?? authority.startIndex)...], of: scheme)
        else { return nil }
        let origin = scheme + "://" + place
        return origin.utf8.count <= limit ? origin : nil
    }

    /// A host has at most 253 characters. 300 leaves room for scheme and port.
    private static let limit = 300

    private static func isScheme(_ scheme: String) -> Bool {
        guard let first = scheme.utf8.first, UInt8(ascii: "a")...UInt8(ascii: "z") ~= first else {
            return false
        }
        return scheme.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
                true
            default: false
            }
        }
    }

    /// Returns `host` or `host:port`.
    private static func place(in authority: Substring, of scheme: String) -> String? {
        let host: Substring
        if authority.hasPrefix("[") {
            guard let bracket = authority.firstIndex(of: "]") else { return nil }
            host = authority[...bracket]
        } else {
            host = authority.prefix { $0 != ":" }
        }
        let after = authority[host.endIndex...]
        guard isHost(host), let port = port(after, of: scheme) else { return nil }
        return host.lowercased() + port
    }

    private static func isHost(_ host: Substring) -> Bool {
        if host.hasPrefix("[") {
            return host.count > 2
                && host.dropFirst().dropLast().utf8.allSatisfy(isAddressByte)
        }
        return !host.isEmpty
            && host.unicodeScalars.allSatisfy { scalar in
                scalar.properties.isAlphabetic || scalar.properties.numericType != nil
                    || "-._~%".unicodeScalars.contains(scalar)
            }
    }

    private static func isAddressByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: ":"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"), UInt8(ascii: "."):
            true
        default: false
        }
    }

    /// Returns `:port`, or an empty string if the scheme implies the port.
    private static func port(_ text: Substring, of scheme: String) -> String? {
        guard text.hasPrefix(":") else { return text.isEmpty ? "" : nil }
        let digits = text.dropFirst()
        if digits.isEmpty { return "" }
        guard digits.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }),
            let number = UInt16(digits), number > 0
        else { return nil }
        switch (scheme, number) {
        case ("http", 80), ("https", 443): return ""
        default: return ":\(number)"
        }
    }
}
