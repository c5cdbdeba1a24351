import Glibc

/// Why a file could not be read, or not to its end.
package enum IngestError: Error, Hashable, Sendable {
    /// `code` is an `errno`.
    case cannotOpen(path: String, code: Int32)
    case cannotRead(path: String, code: Int32)
    /// A directory or a device, where a file is needed.
    case notAFile(path: String)
    /// A pattern of the configuration's sources that names no file.
    case noMatch(pattern: String)
    /// What came out whole before the damage was taken.
    case damagedGzip(path: String)
    /// The program gzip could not be started.
    case noGzip(path: String, code: Int32)
    /// Text that is not UTF-8, with the name of its encoding.
    case otherEncoding(path: String, String)
    /// A header row without which the rest cannot be understood.
    case unusable(path: String, RecordProblem)

    /// The path as the user wrote it; `-` is standard input.
    package var path: String {
        switch self {
        case .cannotOpen(let path, _), .cannotRead(let path, _), .notAFile(let path),
            .noMatch(let path), .damagedGzip(let path), .noGzip(let path, _),
            .otherEncoding(let path, _), .unusable(let path, _):
            path
        }
    }
}

extension IngestError: CustomStringConvertible {
    package var description: String {
        "\(path == InputFile.standardInput ? "standard input" : path): \(reason)"
    }

    private var reason: String {
        switch self {
        case .cannotOpen(_, let code), .cannotRead(_, let code): Self.words(code)
        case .notAFile: "not a regular file"
        case .noMatch: "no such file; nothing matches"
        case .damagedGzip: "damaged gzip; the lines before the damage were taken"
        case .noGzip(_, let code): "cannot start gzip (\(Self.words(code))); install it"
        case .otherEncoding(_, let name): "the file is \(name); write it as UTF-8"
        case .unusable(_, let problem): problem.description
        }
    }

    private static func words(_ code: Int32) -> String {
        String(cString: strerror(code))
    }
}
