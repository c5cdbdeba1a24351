import CivilTime
import Testing

/// The tz database of this machine.
let system = ZoneDatabase(directory: "/usr/share/zoneinfo")

/// Returns the instant of an RFC 3339 timestamp.
func utc(_ text: String) throws -> Instant {
    try #require(Instant(rfc3339: text), "\(text) is not RFC 3339")
}
