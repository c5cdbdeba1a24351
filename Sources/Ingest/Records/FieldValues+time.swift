import CivilTime

extension FieldValues {
    /// Returns the required time: RFC 3339 or another form of ISO 8601 with an offset, or Unix time as a number (in CSV, as its digits).
    func finishedAt() throws(RecordError) -> Instant {
        let value = self[.finishedAt]
        let instant: Instant?
        switch value {
        case .absent: throw .missing(.finishedAt)
        case .number(let number): instant = try Instant(unixTime: number, shown: value)
        case .text(let bytes):
            if let time = Instant(rfc3339: bytes) ?? Instant(iso8601: bytes) {
                instant = time
            } else if Instant.isTimeWithoutOffset(iso8601: bytes) {
                throw .noOffset(value: value.shown)
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
    /// The years 1970 to 9999, which both RFC 3339 and Unix time can represent.
    fileprivate static let storable =
        Instant(milliseconds: 0)...Instant(milliseconds: 253_402_300_799_999)

    /// Creates an instant from Unix time: seconds below 1e11 (the year 5138), and milliseconds from
    /// there (1973). Microseconds are out of range, so they are rejected instead of misread.
    ///
    /// A fraction is truncated to milliseconds, as in RFC 3339. The added term compensates for the
    /// binary form of decimal fractions and is less than a microsecond.
    fileprivate init(unixTime: Double, shown value: FieldValue) throws(RecordError) {
        let milliseconds = unixTime < 1e11 ? unixTime * 1000 + 5e-4 : unixTime
        guard unixTime >= 0, milliseconds < 1e15 else { throw .outOfYears(value: value.shown) }
        self.init(milliseconds: Int64(milliseconds))
    }
}
