import CommandLine
import Commands
import Glibc

/// Reads a file, or standard input, to its end.
final class RequestFile {
    private let name: String
    private let descriptor: Int32

    /// - Parameter path: The path as given by the user; `-` is standard input.
    init(_ path: String, _ context: Context) throws {
        name = path == "-" ? "standard input" : path
        descriptor =
            path == "-" ? STDIN_FILENO : open(context.absolute(path), O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(errno) }
    }

    deinit {
        if descriptor > STDIN_FILENO { close(descriptor) }
    }

    /// Appends the next part of the file. Returns false at the end.
    ///
    /// - Parameter limit: The maximum size of `bytes`. A larger file is an error.
    func read(into bytes: inout [UInt8], limit: Int) throws -> Bool {
        let count = withUnsafeTemporaryAllocation(byteCount: 64 << 10, alignment: 1) { space in
            var count = -1
            repeat {
                count = Glibc.read(descriptor, space.baseAddress, space.count)
            } while count < 0 && errno == EINTR
            bytes += space.prefix(max(0, count))
            return count
        }
        guard count >= 0 else { throw failure(errno) }
        guard bytes.count <= limit else { throw failure(EFBIG) }
        return count > 0
    }

    private func failure(_ code: Int32) -> CommandFailure {
        CommandFailure(.noInput, "\(name): \(String(cString: strerror(code)))")
    }
}

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
