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
