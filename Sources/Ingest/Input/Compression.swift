import Glibc

/// A format that one of the system's programs decompresses.
package enum Compression: CaseIterable, Sendable {
    /// https://www.rfc-editor.org/rfc/rfc1952, and what compress(1) writes.
    case gzip
    /// https://www.rfc-editor.org/rfc/rfc8878
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

    /// How names of such files end.
    package var suffix: String {
        switch self {
        case .gzip: ".gz"
        case .zstd: ".zst"
        case .xz: ".xz"
        case .bzip2: ".bz2"
        case .lz4: ".lz4"
        }
    }

    /// How such files start.
    private var magic: [[UInt8]] {
        switch self {
        case .gzip: [[0x1F, 0x8B], [0x1F, 0x9D]]
        case .zstd: [[0x28, 0xB5, 0x2F, 0xFD]]
        case .xz: [[0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]]
        // A digit is the level; the magic of the first block, or of the end, comes behind it.
        case .bzip2:
            (UInt8(ascii: "1")...UInt8(ascii: "9")).flatMap { level in
                [0x31, 0x17].map { Array("BZh".utf8) + [level, $0] }
            }
        case .lz4: [[0x04, 0x22, 0x4D, 0x18]]
        }
    }

    /// The status with which the program warns, and all data came out: of zeros behind the end.
    var warningStatus: Int32? {
        switch self {
        case .gzip, .xz: 2
        case .zstd, .bzip2, .lz4: nil
        }
    }

    /// The format of which a file has the first bytes; nil for none.
    init?(start: [UInt8]) {
        let found = Self.allCases.first { format in
            format.magic.contains { start.starts(with: $0) }
        }
        guard let found else { return nil }
        self = found
    }

    /// The format that a name says.
    init?(path: String) {
        guard let found = Self.allCases.first(where: { path.hasSuffix($0.suffix) }) else {
            return nil
        }
        self = found
    }

    /// A name without the ending of a compressed file; nil where it has none.
    static func original(of name: String) -> String? {
        Self(path: name).map { String(name.dropLast($0.suffix.count)) }
    }

    /// The package of Debian that has a program.
    static func package(of program: String) -> String { program == "xz" ? "xz-utils" : program }
}

extension InputFile {
    /// The bytes of the file, decompressed where it is compressed.
    package func contents() throws(IngestError) -> any ByteSource {
        switch kind {
        case S_IFREG:
            guard let compression = try compression() else { return FileBytes(self) }
            return try DecompressedBytes(self, compression)
        // What a pipe holds cannot be looked at without taking it, so gzip looks.
        case S_IFIFO, S_IFSOCK: return try DecompressedBytes(self, .gzip, copiesOthers: true)
        default: return FileBytes(self)
        }
    }

    /// How a regular file is compressed, by its first bytes or by its name; nil where it is not.
    package func compression() throws(IngestError) -> Compression? {
        let start = try bytes(at: position, count: 8)
        if let found = Compression(start: start) { return found }
        return start.isEmpty ? nil : Compression(path: path)
    }
}

extension IngestError {
    /// Why a file whose content starts with those bytes holds no records; nil where it may.
    static func refusal(of start: [UInt8], in path: String) -> IngestError? {
        if let encoding = TextEncoding(start: start) {
            return .otherEncoding(path: path, encoding.name)
        }
        if let compression = Compression(start: start) {
            return .compressed(path: path, by: compression.program)
        }
        // Spreadsheets are such archives, too.
        return start.starts(with: [0x50, 0x4B, 0x03, 0x04]) ? .archive(path: path) : nil
    }
}
