import CommandLine
import Commands
import Glibc

/// Reads triggers from a file: one per line without a limit on their number, or a single request.
struct TriggerInput {
    private let file: RequestFile
    /// The bytes that are read; the first `taken` of them are consumed.
    private var bytes: [UInt8] = []
    private var taken = 0

    /// The maximum size of a line or of a request with several lines, in bytes.
    private static let limit = 64 << 20
    /// The maximum number of consumed bytes that stay in memory.
    private static let maxConsumedBytes = 256 << 10

    /// - Parameter path: The path as given by the user; `-` is standard input.
    init(_ path: String, _ context: Context) throws {
        file = try RequestFile(path, context)
    }

    /// Returns whether the first line is an object and another object follows it.
    mutating func isByLine() throws -> Bool {
        guard let first = try end(of: 0), bytes[..<first].isObject else { return false }
        var next = first
        while true {
            if let byte = bytes[next...].first(where: { !$0.isBlank }) {
                return byte == UInt8(ascii: "{")
            }
            next = bytes.count
            guard try fill() else { return false }
        }
    }

    /// Returns the next line that is not blank, or nil at the end.
    mutating func line() throws -> [UInt8]? {
        if taken > Self.maxConsumedBytes {
            bytes.removeFirst(taken)
            taken = 0
        }
        while true {
            if taken == bytes.count, try !fill() { return nil }
            let end = try end(of: taken) ?? bytes.count
            let line = Array(bytes[taken..<end])
            taken = min(end + 1, bytes.count)
            if !line.allSatisfy(\.isBlank) { return line }
        }
    }

    /// Returns the rest of the file.
    mutating func rest() throws -> [UInt8] {
        while try fill() {}
        return Array(bytes[taken...])
    }

    /// Returns the end of the line that starts at an index, or nil if the line has no line feed.
    private mutating func end(of start: Int) throws -> Int? {
        var searched = start
        while true {
            if let end = bytes[searched...].firstIndex(of: 10) { return end }
            searched = bytes.count
            guard try fill() else { return nil }
        }
    }

    private mutating func fill() throws -> Bool {
        try file.read(into: &bytes, limit: Self.limit)
    }
}

extension UInt8 {
    fileprivate var isBlank: Bool { self <= 32 }
}

extension ArraySlice<UInt8> {
    /// Whether the bytes look like a JSON object, possibly behind a byte order mark.
    fileprivate var isObject: Bool {
        let text = starts(with: [0xEF, 0xBB, 0xBF]) ? dropFirst(3) : self
        return text.first { !$0.isBlank } == UInt8(ascii: "{")
            && text.last { !$0.isBlank } == UInt8(ascii: "}")
    }
}

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
