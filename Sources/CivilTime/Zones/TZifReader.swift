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
