import CivilTime
import Testing

/// The tz database of the machine that runs the tests.
let system = ZoneDatabase(directory: "/usr/share/zoneinfo")

/// The instant of an RFC 3339 text.
func utc(_ text: String) throws -> Instant {
    try #require(Instant(rfc3339: text), "\(text) is not RFC 3339")
}
