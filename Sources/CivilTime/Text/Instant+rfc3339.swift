extension Instant {
    /// Reads an RFC 3339 timestamp that fills all of `bytes`; nil when it is anything else.
    ///
    /// `T` and `Z` may be small and the `T` a space. Of a fraction, however long, the
    /// milliseconds count. Second 60 is the start of the next minute, as on POSIX clocks.
    package init?(rfc3339 bytes: UnsafeRawBufferPointer) {
        var cursor = ByteCursor(bytes)
        guard let instant = cursor.timestamp(), cursor.isAtEnd else { return nil }
        self = instant
    }

    /// Reads an RFC 3339 timestamp; nil when the text is anything else.
    package init?(rfc3339 text: String) {
        var text = text
        let instant = text.withUTF8 { Instant(rfc3339: UnsafeRawBufferPointer($0)) }
        guard let instant else { return nil }
        self = instant
    }

    /// RFC 3339 in UTC with a `Z`; milliseconds only where they are not zero.
    package var rfc3339: String { rfc3339(offsetMinutes: 0, suffix: "Z") }

    /// RFC 3339 with the zone's offset, `2026-11-01T17:00:00+05:30`.
    ///
    /// RFC 3339 has no seconds in an offset: where a zone of old has them, the clock and offset
    /// of the whole minute below are shown, which is the same instant.
    package func rfc3339(in zone: TimeZoneRules) -> String {
        let minutes = zone.offset(at: self).seconds.flooredDivision(by: 60)
        let offset = ZoneOffset(seconds: minutes * 60, abbreviation: "")
        return rfc3339(offsetMinutes: minutes, suffix: offset.description)
    }

    private func rfc3339(offsetMinutes: Int, suffix: String) -> String {
        let local = CivilDateTime(secondsSinceEpoch: seconds + Int64(offsetMinutes) * 60)
        let thousandths = Int(milliseconds - seconds * 1000)
        // A year is of 10 characters at most.
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

// https://www.rfc-editor.org/rfc/rfc3339#section-5.6
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

    /// `.5` as 500; 0 when there is no fraction, nil for a dot without digits.
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

    /// Seconds east of UTC.
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
