/// How far a clock of a time zone is from UTC, and what that time is called.
package struct ZoneOffset: Hashable, Sendable {
    /// Seconds east of UTC, negative to the west.
    package var seconds: Int
    /// Such as `CEST`, or `+0530` where nobody uses letters.
    package var abbreviation: String
    package var isDaylight: Bool

    package init(seconds: Int, abbreviation: String, isDaylight: Bool = false) {
        self.seconds = seconds
        self.abbreviation = abbreviation
        self.isDaylight = isDaylight
    }

    /// UTC itself.
    package static let utc = ZoneOffset(seconds: 0, abbreviation: "UTC")

    /// What RFC 9636 section 3.2 has a reader expect: more than -25 and less than 26 hours.
    static let possibleSeconds = -89_999...93_599
}

extension ZoneOffset: CustomStringConvertible {
    /// Hours and minutes, `+05:30`; seconds are added where a zone of old has them, `+00:53:28`.
    package var description: String {
        let size = abs(seconds)
        let minutes = "\(padded(size / 3600, to: 2)):\(padded(size / 60 % 60, to: 2))"
        let rest = size % 60 == 0 ? "" : ":\(padded(size % 60, to: 2))"
        return (seconds < 0 ? "-" : "+") + minutes + rest
    }
}
