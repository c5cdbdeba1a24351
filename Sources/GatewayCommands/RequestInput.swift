import CommandLine
import Commands
import Glibc

/// The body of a request, from a file or from standard input.
enum RequestInput {
    static let operand = OperandDescription(
        "FILE", .atMostOne, help: "The JSON; '-' or nothing is standard input.")

    /// As much as the API takes.
    static let usualLimit = 1 << 20

    /// - Parameters:
    ///   - path: as it was given; `-` is standard input.
    ///   - limit: how many bytes are too many.
    static func read(
        _ path: String, _ context: Context, limit: Int = usualLimit
    ) throws -> [UInt8] {
        let file = path == "-" ? nil : context.absolute(path)
        let descriptor = file.map { open($0, O_RDONLY | O_CLOEXEC) } ?? STDIN_FILENO
        guard descriptor >= 0 else { throw failure(path, errno) }
        defer { if file != nil { close(descriptor) } }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count == 0 { return bytes }
            if count < 0, errno != EINTR { throw failure(path, errno) }
            bytes += buffer.prefix(max(0, count))
            guard bytes.count <= limit else { throw failure(path, EFBIG) }
        }
    }

    private static func failure(_ path: String, _ code: Int32) -> CommandFailure {
        let place = path == "-" ? "standard input" : path
        return CommandFailure(.noInput, "\(place): \(String(cString: strerror(code)))")
    }
}
