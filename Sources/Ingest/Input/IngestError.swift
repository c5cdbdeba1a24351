package import CivilTime
import FileOwners
import Glibc

/// Why a file could not be read, or only in part.
package enum IngestError: Error, Hashable, Sendable {
    /// The file cannot be opened. `code` is an `errno`.
    case cannotOpen(path: String, code: Int32)
    case cannotRead(path: String, code: Int32)
    /// The path is a directory or a device.
    case notAFile(path: String)
    /// A source pattern of the configuration matches no file.
    case noMatch(pattern: String)
    /// The data is damaged. Records before the damage were imported.
    case damaged(path: String, by: String)
    /// A decompression program could not be started.
    case noProgram(path: String, name: String, code: Int32)
    /// A pipe contains data that gzip cannot decompress, or the data is compressed twice.
    case compressed(path: String, by: String)
    /// The unread rest of a source file cannot be found.
    case gone(path: String, offset: Int64, until: Instant)
    /// The file is a zip archive.
    case archive(path: String)
    /// The text is not UTF-8. The string is the name of its encoding.
    case otherEncoding(path: String, String)
    /// The header row is unusable, and so is the rest of the file.
    case unusable(path: String, RejectedRecord)

    /// The path as the user entered it. `-` is standard input.
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
        case .noMatch(let pattern):
            pattern.contains(where: { "*?[".contains($0) })
                ? "no file matches this pattern; check it, or remove the source"
                : "no such file; check the path, or remove the source"
        case .damaged(_, let format):
            "damaged \(format) data; lines before the damage were imported"
        case .noProgram(_, let name, let code):
            "cannot start \(name) (\(Self.words(code))); install the package "
                + "'\(Compression.package(of: name))'"
        case .gone(_, let offset, let time):
            "the file that was read up to byte \(offset) at \(time.rfc3339) is missing; any later "
                + "lines were not read. Set 'rotatedTo' to the paths of rotated files"
        case .compressed(_, let program):
            "the content is compressed with \(program); decompress it first with '\(program) -dc'"
        case .archive:
            "a zip archive or a spreadsheet; extract it, or save the spreadsheet as CSV"
        case .otherEncoding(_, let name): "the file is encoded as \(name); convert it to UTF-8"
        case .unusable(_, let problem): problem.description
        }
    }

    private static func words(_ code: Int32) -> String {
        String(cString: strerror(code))
    }
}
