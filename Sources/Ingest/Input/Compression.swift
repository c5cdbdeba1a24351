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
    fileprivate func isComplete(status: Int32, hasWarned: Bool) -> Bool {
        switch self {
        case .bzip2: status == 0 && !hasWarned
        case .xz: status == 0 || status == 2 << 8
        case .gzip, .zstd, .lz4: status == 0
        }
    }

    /// The options to write the content to standard output. By default, zstd rejects data that
    /// `--long` has compressed.
    fileprivate var options: [String] { self == .zstd ? ["-dc", "--long=31"] : ["-dc"] }

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

/// The output of a program such as `gzip -dc`, run as a child process that is always waited for.
///
/// The child reads the file itself, so the two processes cannot deadlock.
package final class DecompressedBytes: ByteSource {
    private let file: InputFile
    private let compression: Compression
    private let output: Int32
    /// What the child prints on standard error. It never blocks the child.
    private let warnings: Int32
    /// The number of bytes read so far.
    private var count: Int64 = 0
    /// The process ID, or `nil` once the child was waited for.
    private(set) var child: pid_t?

    /// - Parameter copiesOthers: Whether uncompressed data is passed through, if the program
    ///   supports that.
    package init(
        _ file: InputFile, _ compression: Compression, copiesOthers: Bool = false
    ) throws(IngestError) {
        self.file = file
        self.compression = compression
        let (data, notes) = (
            try Self.pipe(for: file, compression), try? Self.pipe(for: file, compression)
        )
        defer {
            close(data.writing)
            if let notes { close(notes.writing) }
        }
        (output, warnings) = (data.reading, notes?.reading ?? -1)
        if let notes {
            for end in [notes.reading, notes.writing] { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
        }
        // gzip(1): with -f and -c, input in another format is copied unchanged.
        let options = copiesOthers ? ["-dcf"] : compression.options
        child = try Self.start(
            [compression.program] + options, reading: file, writingTo: data.writing,
            notes?.writing ?? -1)
    }

    private static func pipe(
        for file: InputFile, _ compression: Compression
    ) throws(IngestError) -> (reading: Int32, writing: Int32) {
        var ends: [Int32] = [-1, -1]
        guard Glibc.pipe(&ends) == 0 else {
            throw .noProgram(path: file.path, name: compression.program, code: errno)
        }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    deinit {
        close(output)
        if warnings >= 0 { close(warnings) }
        // The child's input may be a pipe without data, so closing its output need not stop it.
        if let child { kill(child, SIGKILL) }
        _ = reap()
    }

    package func read(into buffer: UnsafeMutableRawBufferPointer) throws(IngestError) -> Int {
        while true {
            let size = Glibc.read(output, buffer.baseAddress, buffer.count)
            if size > 0 {
                count += Int64(size)
                return size
            }
            if size < 0, errno == EINTR { continue }
            guard size == 0 else { throw .cannotRead(path: file.path, code: errno) }
            guard reap() else {
                throw .damaged(path: file.path, by: compression.program, after: count)
            }
            return 0
        }
    }

    /// Waits for the child. Returns false if it failed.
    private func reap() -> Bool {
        guard let child else { return true }
        self.child = nil
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0 {
            guard errno == EINTR else { return false }
        }
        var note: UInt8 = 0
        let hasWarned = warnings >= 0 && Glibc.read(warnings, &note, 1) > 0
        return compression.isComplete(status: status, hasWarned: hasWarned)
    }

    private static func start(
        _ command: [String], reading file: InputFile, writingTo output: Int32,
        _ warnings: Int32
    ) throws(IngestError) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, file.descriptor, STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
        if warnings >= 0 {
            posix_spawn_file_actions_adddup2(&actions, warnings, STDERR_FILENO)
        }
        var child = pid_t()
        let arguments = command.map { strdup($0) } + [nil]
        defer { arguments.forEach { free($0) } }
        // The environment is empty, because programs read options from GZIP, XZ_OPT and others.
        let code = posix_spawnp(&child, command[0], &actions, nil, arguments, [nil])
        guard code == 0 else { throw .noProgram(path: file.path, name: command[0], code: code) }
        return child
    }
}

/// A text encoding other than UTF-8, as used by Windows programs.
enum TextEncoding {
    case utf16LittleEndian
    case utf16BigEndian
    case utf32

    /// Detects the encoding from the first bytes of a file: by a byte order mark, or by NUL in
    /// every second of the first four bytes. Returns `nil` otherwise.
    init?(start: [UInt8]) {
        let four = Array(start.prefix(4))
        switch four.count < 4 ? four + [1, 1, 1, 1] : four {
        case let bytes where bytes.starts(with: [0xFF, 0xFE, 0, 0]): self = .utf32
        case let bytes where bytes.starts(with: [0, 0, 0xFE, 0xFF]): self = .utf32
        case let bytes where bytes.starts(with: [0xFF, 0xFE]): self = .utf16LittleEndian
        case let bytes where bytes.starts(with: [0xFE, 0xFF]): self = .utf16BigEndian
        case let bytes where Self.isASCII(bytes[0], bytes[2]) && bytes[1] == 0 && bytes[3] == 0:
            self = .utf16LittleEndian
        case let bytes where Self.isASCII(bytes[1], bytes[3]) && bytes[0] == 0 && bytes[2] == 0:
            self = .utf16BigEndian
        default: return nil
        }
    }

    private static func isASCII(_ bytes: UInt8...) -> Bool { bytes.allSatisfy { 1..<128 ~= $0 } }

    var name: String {
        switch self {
        case .utf16LittleEndian, .utf16BigEndian: "UTF-16"
        case .utf32: "UTF-32"
        }
    }
}

/// Converts a UTF-16 source to UTF-8. Unpaired surrogates become U+FFFD.
final class UTF16Bytes: ByteSource {
    private let source: any ByteSource
    private let isLittleEndian: Bool
    private var decoded: ArraySlice<UInt8> = []
    /// The bytes of an incomplete character.
    private var rest: [UInt8] = []

    private static let chunk = 64 * 1024

    init(_ source: any ByteSource, isLittleEndian: Bool) {
        self.source = source
        self.isLittleEndian = isLittleEndian
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(IngestError) -> Int {
        while decoded.isEmpty {
            guard try decodeMore() else { return 0 }
        }
        let slice = decoded.prefix(buffer.count)
        buffer.copyBytes(from: slice)
        decoded = decoded.dropFirst(slice.count)
        return slice.count
    }

    /// Decodes the next chunk. Returns false at the end.
    private func decodeMore() throws(IngestError) -> Bool {
        let space = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.chunk, alignment: 1)
        defer { space.deallocate() }
        let size = try source.read(into: space)
        guard size > 0 || !rest.isEmpty else { return false }
        var bytes = rest + space[..<size]
        let isEnd = size == 0
        rest = isEnd ? [] : Self.unfinished(bytes, isLittleEndian: isLittleEndian)
        bytes.removeLast(rest.count)
        decoded = Array(String(decoding: units(bytes), as: UTF16.self).utf8)[...]
        // A truncated file can end with half a code unit.
        if bytes.count % 2 == 1 { decoded += Array("\u{FFFD}".utf8) }
        return true
    }

    private func units(_ bytes: [UInt8]) -> [UInt16] {
        stride(from: 0, to: bytes.count - 1, by: 2).map { index in
            let (first, second) = (UInt16(bytes[index]), UInt16(bytes[index + 1]))
            return isLittleEndian ? second << 8 | first : first << 8 | second
        }
    }

    /// Returns a trailing half code unit and the first half of a surrogate pair before it.
    private static func unfinished(_ bytes: [UInt8], isLittleEndian: Bool) -> [UInt8] {
        let odd = bytes.count % 2
        let whole = bytes.count - odd
        guard whole >= 2 else { return bytes }
        let high = bytes[whole - (isLittleEndian ? 1 : 2)]
        return Array(bytes.suffix(odd + (0xD8..<0xDC ~= high ? 2 : 0)))
    }
}
