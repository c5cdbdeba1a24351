/// Parses TZif files of all versions (RFC 9636) and validates all their contents.
struct TZifReader {
    private var cursor: ByteCursor<[UInt8]>

    /// Returns the transition table with the rule of the footer. Uses the 64-bit data if available.
    static func table(in bytes: [UInt8]) throws(TZifError) -> TransitionTable {
        var reader = TZifReader(cursor: ByteCursor(bytes))
        let first = try TZifHeader(&reader.cursor)
        guard first.version != 0 else { return try reader.table(first, timeSize: 4) }
        try reader.require(first.dataSize(timeSize: 4))
        reader.cursor.skip(first.dataSize(timeSize: 4))
        let second = try TZifHeader(&reader.cursor)
        var table = try reader.table(second, timeSize: 8)
        table.footer = try reader.footer()
        return table
    }

    private func require(_ count: Int) throws(TZifError) {
        guard cursor.remaining >= count else {
            throw .truncated(missingBytes: count - cursor.remaining)
        }
    }

    private mutating func table(
        _ header: TZifHeader, timeSize: Int
    ) throws(TZifError) -> TransitionTable {
        try header.check()
        try require(header.dataSize(timeSize: timeSize))
        let times = try times(count: header.transitions, size: timeSize)
        let kinds = try kinds(count: header.transitions, of: header.types)
        let types = (0..<header.types).map { _ in rawType() }
        let names = bytes(header.abbreviationBytes)
        cursor.skip(header.standardIndicators + header.utIndicators)
        return TransitionTable(
            times: times, kinds: kinds, offsets: try Self.offsets(types, names: names))
    }

    private mutating func times(count: Int, size: Int) throws(TZifError) -> [Int64] {
        var times: [Int64] = []
        times.reserveCapacity(count)
        for index in 0..<count {
            let time = time(size: size)
            // -2^59 is the earliest time that RFC 9636 recommends. It is before the Big Bang.
            guard time > times.last ?? .min, time.magnitude <= 1 << 59 else {
                throw .wrongTransition(index: index, time: time)
            }
            times.append(time)
        }
        return times
    }

    private mutating func time(size: Int) -> Int64 {
        size == 8
            ? cursor.integer(Int64.self) ?? 0
            : Int64(cursor.integer(Int32.self) ?? 0)
    }

    private mutating func kinds(count: Int, of types: Int) throws(TZifError) -> [UInt8] {
        let kinds = bytes(count)
        if let index = kinds.firstIndex(where: { Int($0) >= types }) {
            throw .unknownType(transition: index, type: Int(kinds[index]))
        }
        return kinds
    }

    private mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in cursor.integer(UInt8.self) ?? 0 }
    }

    private typealias RawType = (seconds: Int32, daylight: UInt8, name: UInt8)

    private mutating func rawType() -> RawType {
        (
            cursor.integer(Int32.self) ?? 0, cursor.integer(UInt8.self) ?? 0,
            cursor.integer(UInt8.self) ?? 0
        )
    }

    private static func offsets(
        _ types: [RawType], names: [UInt8]
    ) throws(TZifError) -> [ZoneOffset] {
        var offsets: [ZoneOffset] = []
        for (index, type) in types.enumerated() {
            guard let name = abbreviation(at: Int(type.name), in: names), type.daylight <= 1,
                ZoneOffset.possibleSeconds.contains(Int(type.seconds))
            else { throw .wrongType(index: index) }
            offsets.append(
                ZoneOffset(
                    seconds: Int(type.seconds), abbreviation: name,
                    isDaylight: type.daylight == 1))
        }
        return offsets
    }

    /// Returns the text up to the next NUL, or nil if there is none or the text is not ASCII.
    private static func abbreviation(at index: Int, in names: [UInt8]) -> String? {
        guard index < names.count, let end = names[index...].firstIndex(of: 0) else { return nil }
        let name = names[index..<end]
        guard name.allSatisfy({ (0x20..<0x7f).contains($0) }) else { return nil }
        return String(decoding: name, as: UTF8.self)
    }

    /// Returns nil if the footer is empty. The time after the table is then undefined.
    private mutating func footer() throws(TZifError) -> POSIXTimeZoneRule? {
        let newline = UInt8(ascii: "\n")
        guard !cursor.isAtEnd else { throw .truncated(missingBytes: 2) }
        guard cursor.take(newline) else { throw .wrongFooter("") }
        let text = cursor.take { $0 != newline }
        guard cursor.take(newline) else { throw .truncated(missingBytes: 1) }
        guard !text.isEmpty else { return nil }
        guard let rule = POSIXTimeZoneRule(text) else {
            throw .wrongFooter(String(decoding: text.prefix(80), as: UTF8.self))
        }
        return rule
    }
}

/// The header of a TZif file or of its second part (RFC 9636 section 3.1).
struct TZifHeader {
    static let size = 44

    /// 0 for version 1, otherwise an ASCII digit.
    let version: UInt8
    let utIndicators: Int
    let standardIndicators: Int
    let leapSeconds: Int
    let transitions: Int
    let types: Int
    let abbreviationBytes: Int

    init(_ cursor: inout ByteCursor<[UInt8]>) throws(TZifError) {
        guard cursor.remaining >= Self.size else {
            throw .truncated(missingBytes: Self.size - cursor.remaining)
        }
        // The guard above ensures that this never returns the default.
        func next() -> Int { Int(cursor.integer(UInt32.self) ?? 0) }
        guard next() == 0x545A_6966 else { throw .notTZif }
        version = cursor.next ?? 0
        cursor.skip(16)
        utIndicators = next()
        standardIndicators = next()
        leapSeconds = next()
        transitions = next()
        types = next()
        abbreviationBytes = next()
        guard version == 0 || version >= UInt8(ascii: "2") else {
            throw .unknownVersion(version)
        }
    }

    /// Returns the size of the data block. Times have 4 bytes in the first part and 8 bytes in the
    /// second.
    func dataSize(timeSize: Int) -> Int {
        transitions * (timeSize + 1) + types * 6 + abbreviationBytes
            + leapSeconds * (timeSize + 4) + standardIndicators + utIndicators
    }

    /// Throws if the counts are invalid.
    func check() throws(TZifError) {
        guard leapSeconds == 0 else { throw .leapSeconds }
        guard (1...256).contains(types) else { throw .wrongCount(field: "typecnt", count: types) }
        guard abbreviationBytes > 0 else { throw .wrongCount(field: "charcnt", count: 0) }
        guard utIndicators == 0 || utIndicators == types else {
            throw .wrongCount(field: "isutcnt", count: utIndicators)
        }
        guard standardIndicators == 0 || standardIndicators == types else {
            throw .wrongCount(field: "isstdcnt", count: standardIndicators)
        }
    }
}

/// An error that occurred while reading a time zone.
package enum ZoneError: Error, Hashable, Sendable {
    /// The database has no such zone. `nearest` is the name with the closest spelling.
    case unknown(name: String, nearest: String?)
    /// A name that people or other systems use for a time zone, but not the tz database.
    case otherName(String, advice: String)
    /// The name is empty, absolute, or leads out of the database.
    case malformedName(String)
    /// The file or the database cannot be read. `reason` is the message of the operating system.
    case unreadable(path: String, reason: String)
    case corrupt(path: String, TZifError)
}

extension ZoneError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unknown(let name, let nearest):
            "unknown time zone '\(name)'; "
                + (nearest.map { "did you mean '\($0)'?" } ?? "use a city, such as 'Asia/Kolkata'")
        case .otherName(let name, let advice):
            "unknown time zone '\(name)'; \(advice)"
        case .malformedName(let name):
            "'\(name)' is not a time zone; use a name such as 'Asia/Kolkata'"
        case .unreadable(let path, let reason):
            "cannot read time zone file \(path): \(reason); is tzdata installed?"
        case .corrupt(let path, let error):
            "time zone file \(path) is damaged: \(error.description); reinstall tzdata"
        }
    }
}

/// An error in a TZif file.
package enum TZifError: Error, Hashable, Sendable {
    /// The file does not begin with `TZif`.
    case notTZif
    /// The version byte is unknown.
    case unknownVersion(UInt8)
    /// The file is shorter than its header announces.
    case truncated(missingBytes: Int)
    /// A count in the header is not allowed by RFC 9636 section 3.1.
    case wrongCount(field: String, count: Int)
    /// The file counts leap seconds, which POSIX clocks do not.
    case leapSeconds
    /// A transition is not later than the previous one, or is out of range.
    case wrongTransition(index: Int, time: Int64)
    /// A transition refers to a local time type that does not exist.
    case unknownType(transition: Int, type: Int)
    /// A local time type has an invalid offset, flag or abbreviation.
    case wrongType(index: Int)
    /// The footer is not a POSIX TZ string.
    case wrongFooter(String)
}

extension TZifError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notTZif: "it is not a TZif file"
        case .unknownVersion(let version): "TZif version byte \(version) is unknown"
        case .truncated(let missing): "at least \(missing) bytes are missing at its end"
        case .wrongCount(let field, let count): "its header has the invalid count \(field) \(count)"
        case .leapSeconds: "it counts leap seconds; use the files outside of 'right'"
        case .wrongTransition(let index, let time):
            "transition \(index) at \(time) is out of order or out of range"
        case .unknownType(let transition, let type):
            "transition \(transition) leads to type \(type), which is not in the file"
        case .wrongType(let index): "local time type \(index) is malformed"
        case .wrongFooter(let footer): "its footer '\(footer)' is not a POSIX TZ rule"
        }
    }
}

/// A UTC offset of a time zone, with its abbreviation.
package struct ZoneOffset: Hashable, Sendable {
    /// The seconds east of UTC. Negative to the west.
    package var seconds: Int
    /// The abbreviation, such as `CEST`, or `+0530` if there is none in use.
    package var abbreviation: String
    package var isDaylight: Bool

    package init(seconds: Int, abbreviation: String, isDaylight: Bool = false) {
        self.seconds = seconds
        self.abbreviation = abbreviation
        self.isDaylight = isDaylight
    }

    /// UTC.
    package static let utc = ZoneOffset(seconds: 0, abbreviation: "UTC")

    /// The range that RFC 9636 section 3.2 recommends: more than -25 and less than 26 hours.
    static let possibleSeconds = -89_999...93_599
}

extension ZoneOffset: CustomStringConvertible {
    /// The offset in hours and minutes, `+05:30`. Seconds of historical offsets are included,
    /// `+00:53:28`.
    package var description: String {
        let size = abs(seconds)
        return String(unsafeUninitializedCapacity: 64) { memory in
            var text = DigitText(memory)
            text.add(seconds < 0 ? "-" : "+", size / 3600)
            text.add(":", size / 60 % 60)
            if size % 60 != 0 { text.add(":", size % 60) }
            return text.count
        }
    }
}
