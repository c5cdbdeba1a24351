/// Returns a number padded with zeros. A minus sign does not count toward the width.
package func padded(_ number: Int, to width: Int) -> String {
    String(unsafeUninitializedCapacity: max(width, 20) + 1) { memory in
        var text = DigitText(memory)
        text.add(number, paddedTo: width)
        return text.count
    }
}

/// Writes digits and separators to a buffer, which must be large enough.
///
/// Times are formatted for each request, and string concatenation takes ten times as long.
struct DigitText {
    private let memory: UnsafeMutableBufferPointer<UInt8>
    private(set) var count = 0

    init(_ memory: UnsafeMutableBufferPointer<UInt8>) {
        self.memory = memory
    }

    mutating func add(_ mark: Unicode.Scalar) {
        memory[count] = UInt8(ascii: mark)
        count += 1
    }

    mutating func add(_ number: Int, paddedTo width: Int) {
        if number < 0 { add("-") }
        let start = count
        var rest = number.magnitude
        while rest > 0 || count - start < width {
            memory[count] = UInt8(ascii: "0") + UInt8(rest % 10)
            count += 1
            rest /= 10
        }
        memory[start..<count].reverse()
    }

    mutating func add(_ mark: Unicode.Scalar, _ number: Int, paddedTo width: Int = 2) {
        add(mark)
        add(number, paddedTo: width)
    }
}

extension Instant {
    /// Parses bytes that consist of an RFC 3339 timestamp, or of another form of ISO 8601 with an
    /// offset. Returns nil if they are invalid.
    ///
    /// Everything that users and other programs write is parsed by this, so that a time that one
    /// input accepts is accepted by all.
    package init?(timestamp bytes: UnsafeRawBufferPointer) {
        guard let instant = Instant(rfc3339: bytes) ?? Instant(iso8601: bytes) else { return nil }
        self = instant
    }

    /// Parses an RFC 3339 timestamp, or another form of ISO 8601 with an offset. Returns nil if the
    /// text is invalid.
    package init?(timestamp text: String) {
        var text = text
        let instant = text.withUTF8 { Instant(timestamp: UnsafeRawBufferPointer($0)) }
        guard let instant else { return nil }
        self = instant
    }

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

extension Instant {
    /// Parses bytes that consist of an RFC 3339 timestamp. Returns nil if they are invalid.
    ///
    /// `T` and `Z` may be lowercase, and a space is accepted instead of `T`. Fractions may have any
    /// length and are truncated to milliseconds. Second 60 is the start of the next minute, as on
    /// POSIX clocks.
    package init?(rfc3339 bytes: UnsafeRawBufferPointer) {
        var cursor = ByteCursor(bytes)
        guard let instant = cursor.timestamp(), cursor.isAtEnd else { return nil }
        self = instant
    }

    /// Parses an RFC 3339 timestamp. Returns nil if the text is invalid.
    package init?(rfc3339 text: String) {
        var text = text
        let instant = text.withUTF8 { Instant(rfc3339: UnsafeRawBufferPointer($0)) }
        guard let instant else { return nil }
        self = instant
    }

    /// The RFC 3339 timestamp in UTC with `Z`. Milliseconds are included if they are not zero.
    package var rfc3339: String { rfc3339(offsetMinutes: 0, suffix: "Z") }

    /// Returns the RFC 3339 timestamp with the zone's offset, such as `2026-11-01T17:00:00+05:30`.
    ///
    /// RFC 3339 does not support seconds in offsets. For historical offsets with seconds, the
    /// offset is rounded down to the minute and the local time is adjusted, so that it is the same
    /// instant.
    package func rfc3339(in zone: TimeZoneRules) -> String {
        let minutes = zone.offset(at: self).seconds.flooredDivision(by: 60)
        let offset = ZoneOffset(seconds: minutes * 60, abbreviation: "")
        return rfc3339(offsetMinutes: minutes, suffix: offset.description)
    }

    private func rfc3339(offsetMinutes: Int, suffix: String) -> String {
        let local = CivilDateTime(secondsSinceEpoch: seconds + Int64(offsetMinutes) * 60)
        let thousandths = Int(milliseconds - seconds * 1000)
        // A year has at most 10 characters.
        return String(unsafeUninitializedCapacity: 48) { memory in
            var text = DigitText(memory)
            text.add(local.date.year, paddedTo: 4)
            text.add("-", local.date.month)
            text.add("-", local.date.day)
            text.add("T", local.time.hour)
            text.add(":", local.time.minute)
            text.add(":", local.time.second)
            if thousandths != 0 { text.add(".", thousandths, paddedTo: 3) }
            for mark in suffix.unicodeScalars { text.add(mark) }
            return text.count
        }
    }
}

// See https://www.rfc-editor.org/rfc/rfc3339#section-5.6.
extension ByteCursor<UnsafeRawBufferPointer> {
    fileprivate mutating func timestamp() -> Instant? {
        guard let date = date(), takeTimeSeparator(), let time = timestampTime(),
            let offset = timestampOffset()
        else { return nil }
        let local = CivilDateTime(date: date, time: time.time).secondsSinceEpoch
        let isLeapSecond = time.time.second == 60
        return Instant(seconds: local - Int64(offset))
            .advanced(milliseconds: isLeapSecond ? 0 : time.thousandths)
    }

    private mutating func timestampTime() -> (time: TimeOfDay, thousandths: Int64)? {
        guard let hour = number(digits: 2), hour < 24, take(UInt8(ascii: ":")),
            let minute = number(digits: 2), minute < 60, take(UInt8(ascii: ":")),
            let second = number(digits: 2), second <= 60, let thousandths = fraction()
        else { return nil }
        return (TimeOfDay(hour: hour, minute: minute, second: second), thousandths)
    }

    /// Returns 500 for `.5`, 0 without a fraction, or nil for a dot without digits.
    private mutating func fraction() -> Int64? {
        guard take(UInt8(ascii: ".")) else { return 0 }
        guard let first = number(digits: 1) else { return nil }
        var value = Int64(first) * 100
        var unit: Int64 = 10
        while let digit = number(digits: 1) {
            value += Int64(digit) * unit
            unit /= 10
        }
        return value
    }

    /// Returns the seconds east of UTC.
    private mutating func timestampOffset() -> Int? {
        if take(UInt8(ascii: "Z")) || take(UInt8(ascii: "z")) { return 0 }
        let isWest = take(UInt8(ascii: "-"))
        guard isWest || take(UInt8(ascii: "+")), let hours = number(digits: 2), hours < 24,
            take(UInt8(ascii: ":")), let minutes = number(digits: 2), minutes < 60
        else { return nil }
        let seconds = hours * 3600 + minutes * 60
        return isWest ? -seconds : seconds
    }
}
