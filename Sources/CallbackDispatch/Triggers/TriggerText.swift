import JSON
import Profiles

/// Splits the body of a request into triggers.
enum TriggerText {
    /// Parses one JSON value, the items of an array, or one value per line.
    ///
    /// Lines are parsed one at a time, so that a long request is not held in memory twice.
    ///
    /// - Parameters:
    ///   - request: The body of the request.
    ///   - body: Called with each value and its index, or `nil` for a single value.
    /// - Throws: ``ProfileFaults`` at the first value that is not valid JSON, or any error of
    ///   `body`.
    static func forEachValue(
        in request: [UInt8], _ body: (_ index: Int?, _ value: JSONValue) throws -> Void
    ) throws {
        let lines = request.split(separator: 10).filter { !$0.allSatisfy(isBlank) }
        // NDJSON contains only objects, and each object ends on its line.
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

    /// Parses one line of several.
    static func value(_ line: [UInt8], at index: Int) throws(ProfileFaults) -> JSONValue {
        do throws(JSONSyntaxError) {
            return try JSONValue(parsing: line)
        } catch {
            let fault = ProfileFault.must("be JSON: \(error.description)", at: .body / index)
            throw ProfileFaults(faults: [fault])
        }
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte <= 32 }
}
