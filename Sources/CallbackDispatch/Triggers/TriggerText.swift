import JSON
import Profiles

/// The triggers in the body of a request.
enum TriggerText {
    /// Reads one JSON value, the items of an array, or a value a line.
    ///
    /// Lines are read one after the other, so that a long request is not in memory twice.
    ///
    /// - Parameter body: gets each with its place; nil for one that came by itself.
    /// - Throws: ``ProfileFaults`` at the first that is no JSON, or what `body` throws.
    static func forEachValue(
        in request: [UInt8], _ body: (_ place: Int?, _ value: JSONValue) throws -> Void
    ) throws {
        let lines = request.split(separator: 10).filter { !$0.allSatisfy(isBlank) }
        // Only objects stand in NDJSON, and each ends on its line.
        let isNDJSON =
            lines.count > 1
            && lines.allSatisfy { line in
                line.first { !isBlank($0) } == 0x7B && line.last { !isBlank($0) } == 0x7D
            }
        guard !isNDJSON else {
            return try lines.enumerated().forEach { try body($0, value(Array($1))) }
        }
        let whole = try value(request)
        guard let items = whole.array else { return try body(nil, whole) }
        try items.enumerated().forEach { try body($0, $1) }
    }

    static func value(_ bytes: [UInt8]) throws(ProfileFaults) -> JSONValue {
        do throws(JSONSyntaxError) {
            return try JSONValue(parsing: bytes)
        } catch {
            throw ProfileFaults(notJSON: error.description)
        }
    }

    /// A line of many.
    static func value(_ line: [UInt8], at place: Int) throws(ProfileFaults) -> JSONValue {
        do throws(JSONSyntaxError) {
            return try JSONValue(parsing: line)
        } catch {
            let fault = ProfileFault.must("be JSON: \(error.description)", at: .body / place)
            throw ProfileFaults(faults: [fault])
        }
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte <= 32 }
}
