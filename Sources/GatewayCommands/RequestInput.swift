import CommandLine
import Commands

/// The body of a request, from a file or from standard input.
enum RequestInput {
    static let operand = OperandDescription(
        "FILE", .atMostOne, help: "The JSON; '-' or nothing is standard input.")

    /// As much as the API takes, in bytes.
    static let usualLimit = 1 << 20

    /// - Parameter path: as it was given; `-` is standard input.
    static func read(_ path: String, _ context: Context) throws -> [UInt8] {
        let file = try RequestFile(path, context)
        var bytes: [UInt8] = []
        while try file.read(into: &bytes, limit: usualLimit) {}
        return bytes
    }
}
