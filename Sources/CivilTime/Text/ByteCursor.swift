/// Reads bytes from the front, with bounds checks.
struct ByteCursor<Bytes: RandomAccessCollection> where Bytes.Element == UInt8, Bytes.Index == Int {
    private let bytes: Bytes
    private(set) var position: Int

    init(_ bytes: Bytes) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    var remaining: Int { bytes.endIndex - position }
    var isAtEnd: Bool { position == bytes.endIndex }
    var next: UInt8? { isAtEnd ? nil : bytes[position] }

    /// Skips bytes. `count` must not exceed ``remaining``.
    mutating func skip(_ count: Int) {
        position += count
    }

    /// Skips the next byte if it has this value.
    mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        position += 1
        return true
    }

    /// Returns and skips the leading bytes that satisfy a predicate.
    mutating func take(while fits: (UInt8) -> Bool) -> Bytes.SubSequence {
        let start = position
        while let byte = next, fits(byte) { position += 1 }
        return bytes[start..<position]
    }

    /// Parses a number with exactly this many decimal digits.
    mutating func number(digits: Int) -> Int? {
        guard remaining >= digits else { return nil }
        var value = 0
        for offset in 0..<digits {
            let digit = bytes[position + offset] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            value = value * 10 + Int(digit)
        }
        position += digits
        return value
    }

    /// Parses a number with one up to this many decimal digits.
    mutating func number(upToDigits limit: Int) -> Int? {
        guard var value = number(digits: 1) else { return nil }
        var count = 1
        while count < limit, let digit = number(digits: 1) {
            value = value * 10 + digit
            count += 1
        }
        return value
    }

    /// Parses a big-endian integer in two's complement. Returns nil if there are too few bytes.
    mutating func integer<Value: FixedWidthInteger>(_: Value.Type) -> Value? {
        let size = Value.bitWidth / 8
        guard remaining >= size else { return nil }
        var value = Value.zero
        for offset in 0..<size {
            value = value << 8 | Value(truncatingIfNeeded: bytes[position + offset])
        }
        position += size
        return value
    }
}

extension ByteCursor {
    /// Parses a valid date in the form `YYYY-MM-DD`.
    mutating func date() -> CalendarDate? {
        guard let year = number(digits: 4), take(UInt8(ascii: "-")),
            let month = number(digits: 2), take(UInt8(ascii: "-")),
            let day = number(digits: 2)
        else { return nil }
        let date = CalendarDate(year: year, month: month, day: day)
        return date.exists ? date : nil
    }

    /// Parses the `T`, `t` or space between date and time.
    mutating func takeTimeSeparator() -> Bool {
        take(UInt8(ascii: "T")) || take(UInt8(ascii: "t")) || take(UInt8(ascii: " "))
    }

    /// Parses `HH:MM` or `HH:MM:SS`, up to 23:59:59.
    mutating func timeOfDay() -> TimeOfDay? {
        guard let hour = number(digits: 2), hour < 24, take(UInt8(ascii: ":")),
            let minute = number(digits: 2), minute < 60
        else { return nil }
        guard take(UInt8(ascii: ":")) else { return TimeOfDay(hour: hour, minute: minute) }
        guard let second = number(digits: 2), second < 60 else { return nil }
        return TimeOfDay(hour: hour, minute: minute, second: second)
    }
}
