import CivilTime
import Testing

/// The tz database of this machine.
let system = ZoneDatabase(directory: "/usr/share/zoneinfo")

/// Returns the instant of an RFC 3339 timestamp.
func utc(_ text: String) throws -> Instant {
    try #require(Instant(rfc3339: text), "\(text) is not RFC 3339")
}

/// Returns the local time of a text such as `2025-03-30T02:30`.
func civil(_ text: String) throws -> CivilDateTime {
    try #require(CivilDateTime(text), "\(text) is not a civil time")
}

/// Builds TZif files, valid or invalid.
struct TZifBuilder {
    var version = UInt8(ascii: "2")
    var times: [Int64] = []
    var kinds: [UInt8] = []
    var types: [(seconds: Int32, daylight: UInt8, name: UInt8)] = [(3600, 0, 0)]
    var names = "CET\0CEST\0"
    var leapSeconds: [(at: Int64, total: Int32)] = []
    var utIndicators: [UInt8] = []
    var standardIndicators: [UInt8] = []
    /// Includes the newlines.
    var footer = "\n\n"

    var bytes: [UInt8] {
        guard version != 0 else { return half(timeSize: 4) }
        let empty = TZifBuilder(version: version).half(timeSize: 4)
        return empty + half(timeSize: 8) + Array(footer.utf8)
    }

    private func half(timeSize: Int) -> [UInt8] {
        let counts = [
            utIndicators.count, standardIndicators.count, leapSeconds.count, times.count,
            types.count, names.utf8.count,
        ]
        var bytes = Array("TZif".utf8) + [version] + [UInt8](repeating: 0, count: 15)
        bytes += counts.flatMap { Self.bigEndian(Int64($0), size: 4) }
        bytes += times.flatMap { Self.bigEndian($0, size: timeSize) } + kinds
        for type in types {
            bytes += Self.bigEndian(Int64(type.seconds), size: 4) + [type.daylight, type.name]
        }
        bytes += Array(names.utf8)
        for leap in leapSeconds {
            bytes += Self.bigEndian(leap.at, size: timeSize)
            bytes += Self.bigEndian(Int64(leap.total), size: 4)
        }
        return bytes + standardIndicators + utIndicators
    }

    private static func bigEndian(_ value: Int64, size: Int) -> [UInt8] {
        (0..<size).reversed().map { UInt8(truncatingIfNeeded: value >> (8 * Int64($0))) }
    }
}

extension TimeZoneRules {
    /// Creates a zone that has only a footer and no table.
    init(footer: String) throws {
        try self.init(name: "Test", tzif: TZifBuilder(footer: "\n\(footer)\n").bytes)
    }
}
