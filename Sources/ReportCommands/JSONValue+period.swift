import CivilTime
import JSON
import Rendering

extension JSONValue {
    /// Returns both ends of a period in RFC 3339, with the offsets of a time zone.
    static func period(_ period: Period, in zone: TimeZoneRules) -> JSONValue {
        .object([
            "start": .string(period.start.rfc3339(in: zone)),
            "end": .string(period.end.rfc3339(in: zone)),
        ])
    }
}
