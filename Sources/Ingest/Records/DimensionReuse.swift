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
