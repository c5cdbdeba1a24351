import CivilTime

extension FieldValues {
    /// The required instant: RFC 3339, or Unix time as a number (in CSV, as its digits).
    func finishedAt() throws(RecordError) -> Instant {
        let value = self[.finishedAt]
        let instant: Instant?
        switch value {
        case .absent: throw .missing(.finishedAt)
        case .number(let number): instant = try Instant(unixTime: number, shown: value)
        case .text(let bytes):
            if let time = Instant(rfc3339: bytes) {
                instant = time
            } else if bytes.hasLostDigits {
                throw .lostDigits(.finishedAt, value: value.shown)
            } else if isTextual, let number = Decimal.parse(bytes) {
                instant = try Instant(unixTime: number, shown: value)
            } else {
                instant = nil
            }
        default: instant = nil
        }
        guard let instant else { throw unfit(.finishedAt) }
        guard Instant.storable.contains(instant) else { throw .outOfYears(value: value.shown) }
        return instant
    }
}

extension Instant {
    /// The years 1970 to 9999: what RFC 3339 can write and Unix time can count.
    fileprivate static let storable =
        Instant(milliseconds: 0)...Instant(milliseconds: 253_402_300_799_999)

    /// Unix time in seconds below 1e11, which is the year 5138, and in milliseconds from there
    /// on, which is 1973; microseconds are out of range, so they are refused and not misread.
    ///
    /// A fraction is cut to milliseconds, as in RFC 3339; the summand makes up for the binary
    /// form of a decimal fraction and is smaller than a microsecond.
    fileprivate init(unixTime: Double, shown value: FieldValue) throws(RecordError) {
        let milliseconds = unixTime < 1e11 ? unixTime * 1000 + 5e-4 : unixTime
        guard unixTime >= 0, milliseconds < 1e15 else { throw .outOfYears(value: value.shown) }
        self.init(milliseconds: Int64(milliseconds))
    }
}
