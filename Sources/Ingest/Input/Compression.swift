import Glibc

/// A compression format that a system program can decompress.
package enum Compression: CaseIterable, Sendable {
    /// RFC 1952, and the format of compress(1).
    case gzip
    /// RFC 8878.
    case zstd
    case xz
    case bzip2
    case lz4

    package var program: String {
        switch self {
        case .gzip: "gzip"
        case .zstd: "zstd"
        case .xz: "xz"
        case .bzip2: "bzip2"
        case .lz4: "lz4"
        }
    }

    /// The file name suffix.
    package var suffix: String {
        switch self {
        case .gzip: ".gz"
        case .zstd: ".zst"
        case .xz: ".xz"
        case .bzip2: ".bz2"
        case .lz4: ".lz4"
        }
    }

    /// The magic numbers at the start of such files.
    private var magic: [[UInt8]] {
        switch self {
        case .gzip: [[0x1F, 0x8B], [0x1F, 0x9D]]
        case .zstd: [[0x28, 0xB5, 0x2F, 0xFD]]
        case .xz: [[0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]]
        // The digit is the level. The magic of the first block, or of the end, follows it.
        case .bzip2:
            (UInt8(ascii: "1")...UInt8(ascii: "9")).flatMap { level in
                [0x31, 0x17].map { Array("BZh".utf8) + [level, $0] }
            }
        case .lz4: [[0x04, 0x22, 0x4D, 0x18]]
        }
    }

    /// Returns whether a program has read the whole file.
    ///
    /// gzip ends with 2 if anything but zeros follows the data, and bzip2 only prints a warning. xz
    /// ends with 2 if the output is complete but its checksum has an unknown type.
    ///
    /// - Parameter hasWarned: Whether the program has printed anything.
    func isComplete(status: Int32, hasWarned: Bool) -> Bool {
        switch self {
        case .bzip2: status == 0 && !hasWarned
        case .xz: status == 0 || status == 2 << 8
        case .gzip, .zstd, .lz4: status == 0
        }
    }

    /// The options to write the content to standard output. By default, zstd rejects data that
    /// `--long` has compressed.
    var options: [String] { self == .zstd ? ["-dc", "--long=31"] : ["-dc"] }

    /// Detects the format from the first bytes of a file. Returns `nil` if it is not compressed.
    init?(start: [UInt8]) {
        let found = Self.allCases.first { format in
            format.magic.contains { start.starts(with: $0) }
        }
        guard let found else { return nil }
        self = found
    }

    /// Detects the format from a file name.
    init?(path: String) {
        guard let found = Self.allCases.first(where: { path.hasSuffix($0.suffix) }) else {
            return nil
        }
        self = found
    }

    /// Returns the name without the suffix of a compressed file, or `nil` if it has none.
    static func original(of name: String) -> String? {
        Self(path: name).map { String(name.dropLast($0.suffix.count)) }
    }

    /// Returns the Debian package that contains a program.
    static func package(of program: String) -> String { program == "xz" ? "xz-utils" : program }
}

extension InputFile {
    /// Returns the bytes of the file, decompressed if necessary.
    package func contents() throws(IngestError) -> any ByteSource {
        switch kind {
        case S_IFREG:
            guard let compression = try compression() else { return FileBytes(self) }
            try check(compression)
            return try DecompressedBytes(self, compression)
        // A pipe cannot be inspected without consuming it, so gzip detects the format.
        case S_IFIFO, S_IFSOCK: return try DecompressedBytes(self, .gzip, copiesOthers: true)
        default: return FileBytes(self)
        }
    }

    /// Detects how a regular file is compressed, by its first bytes or its name.
    package func compression() throws(IngestError) -> Compression? {
        let start = try bytes(at: position, count: 8)
        return Compression(start: start) ?? Compression(path: path)
    }

    /// Fails if a file cannot be compressed data, although its name says so.
    ///
    /// No compressed file is empty. A program that could not finish has left it.
    private func check(_ compression: Compression) throws(IngestError) {
        let start = try bytes(at: position, count: 8)
        if start.isEmpty, size == 0 {
            throw .damaged(path: path, by: compression.program, after: 0)
        }
        guard Compression(start: start) == nil, start.allSatisfy(\.isPlainText) else { return }
        throw .misnamed(path: path, by: compression.program)
    }
}

extension UInt8 {
    fileprivate var isPlainText: Bool { 0x20..<0x7F ~= self || 0x09...0x0D ~= self }
}

extension IngestError {
    /// Returns why a file whose contents start with these bytes cannot be imported, or `nil`.
    static func refusal(of start: [UInt8], in path: String) -> IngestError? {
        if let encoding = TextEncoding(start: start) {
            return .otherEncoding(path: path, encoding.name)
        }
        if let compression = Compression(start: start) {
            return .compressed(path: path, by: compression.program)
        }
        // Spreadsheets are zip archives, too.
        return start.starts(with: [0x50, 0x4B, 0x03, 0x04]) ? .archive(path: path) : nil
    }

    /// Returns why a CSV file is refused that starts with these bytes: only CR ends its lines. Such
    /// a file never has a line that ends.
    static func refusal(ofCSV start: [UInt8], in path: String) -> IngestError? {
        guard !start.contains(UInt8(ascii: "\n")),
            start.withBytes({ $0.withoutLineEnd.endsLinesWithCR })
        else { return nil }
        return .unusable(path: path, RejectedRecord(line: 1, error: .carriageReturns))
    }
}
