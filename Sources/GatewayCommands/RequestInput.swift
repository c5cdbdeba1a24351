import CommandLine
import Commands

/// Reads the body of a request from a file or from standard input.
enum RequestInput {
    static let operand = OperandDescription(
        "FILE", .atMostOne, help: "The JSON file. Reads standard input if it is '-' or omitted.")

    /// The size limit of the API, in bytes.
    static let defaultLimit = 1 << 20

    /// - Parameter path: The path as given by the user; `-` is standard input.
    static func read(_ path: String, _ context: Context) throws -> [UInt8] {
        let file = try RequestFile(path, context)
        var bytes: [UInt8] = []
        while try file.read(into: &bytes, limit: defaultLimit) {}
        return bytes
    }
}
