package import CivilTime
import FileOwners
import Glibc

/// A source of bytes in pieces of any size.
package protocol ByteSource: AnyObject {
    /// Fills the start of a buffer and returns the number of bytes. Returns 0 only at the end.
    ///
    /// Blocks until bytes are available.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(IngestError) -> Int
}

extension ByteSource {
    /// Reads up to `count` bytes, fewer only at the end, and passes them to `body` in pieces.
    func read(upTo count: Int64, _ body: (UnsafeRawBufferPointer) -> Void) throws(IngestError) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 1)
        defer { buffer.deallocate() }
        var left = count
        while left > 0 {
            let size = Int(min(left, Int64(buffer.count)))
            let read = try read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<size]))
            if read == 0 { return }
            body(UnsafeRawBufferPointer(rebasing: buffer[..<read]))
            left -= Int64(read)
        }
    }
}

/// The bytes of an open file or pipe, from its current position.
package final class FileBytes: ByteSource {
    private let file: InputFile

    package init(_ file: InputFile) {
        self.file = file
    }

    package func read(into buffer: UnsafeMutableRawBufferPointer) throws(IngestError) -> Int {
        try file.read(into: buffer)
    }
}

/// A source whose first bytes can be inspected before they are read.
final class PeekedBytes: ByteSource {
    private let source: any ByteSource
    private var peeked: ArraySlice<UInt8>

    init(_ source: any ByteSource) throws(IngestError) {
        self.source = source
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 1)
        defer { buffer.deallocate() }
        var size = 0
        while size < Self.minCount {
            let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[size...])
            let read = try source.read(into: rest)
            if read == 0 { break }
            size += read
        }
        peeked = ArraySlice(buffer[..<size])
    }

    /// The number of bytes that are needed to detect compression or encoding.
    private static let minCount = 8

    /// The first bytes of the source, up to a few thousand.
    var start: [UInt8] { Array(peeked) }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(IngestError) -> Int {
        guard !peeked.isEmpty else { return try source.read(into: buffer) }
        let slice = peeked.prefix(buffer.count)
        buffer.copyBytes(from: slice)
        peeked = peeked.dropFirst(slice.count)
        return slice.count
    }
}

/// A source of the records in one file, in order.
protocol RecordSource: AnyObject {
    /// Returns the next record, which is valid until the next call, or `nil` after the last one.
    func next() throws(IngestError) -> RawRecord?
}

extension RecordReader: RecordSource {}

/// Why a file could not be read, or only in part.
package enum IngestError: Error, Hashable, Sendable {
    /// The file cannot be opened. `code` is an `errno`.
    case cannotOpen(path: String, code: Int32)
    case cannotRead(path: String, code: Int32)
    /// The path is a directory or a device.
    case notAFile(path: String)
    /// A source pattern of the configuration matches no file.
    case noMatch(pattern: String)
    /// The data is damaged, or something else follows it. Records before the damage were imported.
    ///
    /// `after` is the number of bytes of content before the damage.
    case damaged(path: String, by: String, after: Int64)
    /// The name has the suffix of a compression program, but the content is text.
    case misnamed(path: String, by: String)
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
    /// The rejected lines or the lost end of a source cannot be saved, so that the source waits.
    case cannotSave(path: String, reason: String)
    /// A quoted CSV cell of the row at this byte is not closed yet. A later run decides.
    case openQuote(path: String, offset: Int64)

    /// The path as the user entered it. `-` is standard input.
    package var path: String {
        switch self {
        case .cannotOpen(let path, _), .cannotRead(let path, _), .notAFile(let path),
            .noMatch(let path), .damaged(let path, _, _), .misnamed(let path, _),
            .noProgram(let path, _, _),
            .compressed(let path, _), .archive(let path), .gone(let path, _, _),
            .otherEncoding(let path, _), .unusable(let path, _),
            .openQuote(let path, _), .cannotSave(let path, _):
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
        case .damaged(_, let format, after: 0): "\(Self.damage)\(format) data, nothing can be read"
        case .damaged(_, let format, let offset):
            "\(Self.damage)\(format) data after \(offset) bytes of content; complete lines before that "
                + "were imported, the rest was not read"
        case .misnamed(_, let format):
            "the name is that of a \(format) file, but the content is not compressed; rename it"
        case .noProgram(_, let name, let code):
            "cannot start \(name) (\(Self.words(code))); install the package "
                + "'\(Compression.package(of: name))'"
        case .gone(_, let offset, let time):
            "\(Self.loss(offset: offset)) at \(time.rfc3339) is missing; any later "
                + "lines were not read. Set 'rotatedTo' to the paths of rotated files"
        case .compressed(_, let program):
            "the content is compressed with \(program); decompress it first with '\(program) -dc'"
        case .archive:
            "a zip archive or a spreadsheet; extract it, or save the spreadsheet as CSV"
        case .otherEncoding(_, let name): "the file is encoded as \(name); convert it to UTF-8"
        case .unusable(_, let problem): problem.description
        case .cannotSave(_, let reason): reason
        case .openQuote(_, let offset):
            "a quoted cell of the row at byte \(offset) is not closed; the rows after it wait for a later "
                + "run. Close the quote if it is a mistake"
        }
    }

    private static let damage = "damaged "

    private static func loss(offset: Int64) -> String {
        "the file that was read up to byte \(offset)"
    }

    /// Returns how the message about a file that is gone begins.
    static func startOfLoss(path: String, offset: Int64) -> String {
        "\(path): \(loss(offset: offset)) "
    }

    /// Returns how the message about a damaged file begins.
    static func startOfDamage(path: String) -> String { "\(path): \(damage)" }

    private static func words(_ code: Int32) -> String {
        String(cString: strerror(code))
    }
}

/// An open file, pipe or terminal. Closed when it is released.
package final class InputFile {
    /// The path that means standard input.
    package static let standardInput = "-"

    /// The path as the user entered it.
    package let path: String
    let descriptor: Int32
    private(set) var status = stat()

    /// Opens a path for reading, or uses standard input for `-`.
    ///
    /// - Parameter onlyRegular: Whether to reject pipes and devices, and never wait for a writer.
    package init(path: String, onlyRegular: Bool = false) throws(IngestError) {
        self.path = path
        if path == Self.standardInput {
            descriptor = STDIN_FILENO
        } else {
            // O_NONBLOCK affects only pipes, which are rejected in this case.
            descriptor = open(path, O_RDONLY | O_CLOEXEC | (onlyRegular ? O_NONBLOCK : 0))
        }
        guard descriptor >= 0 else { throw .cannotOpen(path: path, code: errno) }
        guard fstat(descriptor, &status) == 0 else { throw .cannotOpen(path: path, code: errno) }
        guard onlyRegular ? isRegular : kind != S_IFDIR else { throw .notAFile(path: path) }
    }

    deinit {
        if descriptor > STDERR_FILENO { close(descriptor) }
    }

    package var isRegular: Bool { kind == S_IFREG }

    /// The size in bytes before decompression, or `nil` for a pipe.
    package var size: Int64? { isRegular ? Int64(status.st_size) : nil }

    /// The number of bytes read before decompression, or 0 for a pipe.
    package var position: Int64 { max(0, Int64(lseek(descriptor, 0, SEEK_CUR))) }

    var kind: mode_t { status.st_mode & S_IFMT }

    /// Sets the position of the next read.
    func seek(to offset: Int64) throws(IngestError) {
        guard lseek(descriptor, off_t(offset), SEEK_SET) >= 0 else {
            throw .cannotRead(path: path, code: errno)
        }
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(IngestError) -> Int {
        try again { Glibc.read(descriptor, buffer.baseAddress, buffer.count) }
    }

    /// Returns up to `count` bytes at an offset. Does not change the position of the next read.
    func bytes(at offset: Int64, count: Int) throws(IngestError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let size = try again {
                bytes.withUnsafeMutableBytes { buffer in
                    pread(
                        descriptor, buffer.baseAddress?.advanced(by: filled), count - filled,
                        off_t(offset) + off_t(filled))
                }
            }
            if size == 0 { break }
            filled += size
        }
        return Array(bytes.prefix(filled))
    }

    /// Repeats a system call that a signal interrupted.
    private func again(_ call: () -> Int) throws(IngestError) -> Int {
        while true {
            let size = call()
            if size >= 0 { return size }
            guard errno == EINTR else { throw .cannotRead(path: path, code: errno) }
        }
    }
}
