import JSON
import Profiles

/// The triggers in the body of a request.
enum TriggerText {
    /// One JSON value, the items of an array, or a value a line.
    ///
    /// - Returns: each with its place; nil for one that came by itself.
    static func values(
        in request: [UInt8]
    ) throws(ProfileFaults) -> [(place: Int?, value: JSONValue)] {
        let lines = request.split(separator: 10).filter { !$0.allSatisfy(isBlank) }
        // Only objects stand in NDJSON, and each ends on its line.
        let isNDJSON =
            lines.count > 1
            && lines.allSatisfy { line in
                line.first { !isBlank($0) } == 0x7B && line.last { !isBlank($0) } == 0x7D
            }
        guard isNDJSON else {
            let value = try value(request)
            return value.array?.enumerated().map { ($0, $1) } ?? [(nil, value)]
        }
        var values: [(place: Int?, value: JSONValue)] = []
        for line in lines { values.append((values.count, try value(Array(line)))) }
        return values
    }

    static func value(_ bytes: [UInt8]) throws(ProfileFaults) -> JSONValue {
        do throws(JSONSyntaxError) {
            return try JSONValue(parsing: bytes)
        } catch {
            throw ProfileFaults(notJSON: error.description)
        }
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte <= 32 }
}
