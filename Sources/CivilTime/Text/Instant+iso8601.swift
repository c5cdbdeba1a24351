extension Instant {
    /// Parses bytes that consist of an ISO 8601 date and time of day with an offset. Returns nil if
    /// they are invalid.
    ///
    /// In addition to RFC 3339, the seconds may be absent, the fraction may follow a comma, and the
    /// offset may be `+0530` or `+05`.
    package init?(iso8601 bytes: UnsafeRawBufferPointer) {
        var cursor = ByteCursor(bytes)
        guard let local = cursor.localTime(), let offset = cursor.offset(), cursor.isAtEnd else {
            return nil
        }
        self = local.advanced(milliseconds: Int64(-offset) * 1000)
    }

    /// Returns whether bytes consist of a date and time of day without an offset.
    package static func isTimeWithoutOffset(iso8601 bytes: UnsafeRawBufferPointer) -> Bool {
        var cursor = ByteCursor(bytes)
        return cursor.localTime() != nil && cursor.isAtEnd
    }
}

extension ByteCursor<UnsafeRawBufferPointer> {
    /// Parses a date and a time of day, as if it were UTC.
    fileprivate mutating func localTime() -> Instant? {
        guard let date = date(), takeTimeSeparator() else { return nil }
        let start = position
        guard let time = timeOfDay() else { return nil }
        let seconds = CivilDateTime(date: date, time: time).secondsSinceEpoch
        // Fractions of a minute are valid, but no program writes them.
        let hasSeconds = position - start == 8
        guard let thousandths = hasSeconds ? thousandths() : 0 else { return nil }
        return Instant(seconds: seconds).advanced(milliseconds: thousandths)
    }

    /// Returns 500 for `.5` and `,5`, 0 without a fraction, or nil for a mark without digits.
    private mutating func thousandths() -> Int64? {
        guard take(UInt8(ascii: ".")) || take(UInt8(ascii: ",")) else { return 0 }
        let digits = take { (0x30...0x39).contains($0) }
        guard !digits.isEmpty else { return nil }
        let shown = digits.prefix(3).reduce(Int64(0)) { $0 * 10 + Int64($1 - 0x30) }
        return [shown, shown * 100, shown * 10, shown][min(digits.count, 3)]
    }

    /// Returns the seconds east of UTC.
    fileprivate mutating func offset() -> Int? {
        if take(UInt8(ascii: "Z")) || take(UInt8(ascii: "z")) { return 0 }
        let isWest = take(UInt8(ascii: "-"))
        guard isWest || take(UInt8(ascii: "+")), let hours = number(digits: 2), hours < 24 else {
            return nil
        }
        var minutes = 0
        if take(UInt8(ascii: ":")) || !isAtEnd {
            guard let number = number(digits: 2), number < 60 else { return nil }
            minutes = number
        }
        let seconds = hours * 3600 + minutes * 60
        return isWest ? -seconds : seconds
    }
}
