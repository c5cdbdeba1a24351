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
        let minutes = "\(padded(size / 3600, to: 2)):\(padded(size / 60 % 60, to: 2))"
        let rest = size % 60 == 0 ? "" : ":\(padded(size % 60, to: 2))"
        return (seconds < 0 ? "-" : "+") + minutes + rest
    }
}
