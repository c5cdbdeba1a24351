package import CivilTime
import FileOwners
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
    case damaged(path: String, by: String)
    /// A program that decompresses could not be started.
    case noProgram(path: String, name: String, code: Int32)
    /// Data of another program than gzip in a pipe, or compressed twice.
    case compressed(path: String, by: String)
    /// A source that was read so far, and whose rest is nowhere to be found.
    case gone(path: String, offset: Int64, until: Instant)
    /// A zip archive.
    case archive(path: String)
    /// Text that is not UTF-8, with the name of its encoding.
    case otherEncoding(path: String, String)
    /// A header row without which the rest cannot be understood.
    case unusable(path: String, RejectedRecord)

    /// The path as the user wrote it; `-` is standard input.
    package var path: String {
        switch self {
        case .cannotOpen(let path, _), .cannotRead(let path, _), .notAFile(let path),
            .noMatch(let path), .damaged(let path, _), .noProgram(let path, _, _),
            .compressed(let path, _), .archive(let path), .gone(let path, _, _),
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
        case .cannotOpen(let path, let code), .cannotRead(let path, let code):
            Self.words(code) + FileOwner.remedy(at: path, code: code)
        case .notAFile: "not a regular file"
        case .noMatch: "no such file; nothing matches"
        case .damaged(_, let format):
            "damaged \(format); the lines before the damage were taken"
        case .noProgram(_, let name, let code):
            "cannot start \(name) (\(Self.words(code))); install the package "
                + "'\(Compression.package(of: name))'"
        case .gone(_, let offset, let time):
            "the file read up to byte \(offset) until \(time.rfc3339) is gone; what was written to "
                + "it after that was not read. Name in 'rotatedTo' where rotated files go"
        case .compressed(_, let program):
            "the content is compressed by \(program); decompress it first, with '\(program) -dc'"
        case .archive:
            "a zip archive or a spreadsheet; extract it, or save the spreadsheet as CSV"
        case .otherEncoding(_, let name): "the file is \(name); write it as UTF-8"
        case .unusable(_, let problem): problem.description
        }
    }

    private static func words(_ code: Int32) -> String {
        String(cString: strerror(code))
    }
}
