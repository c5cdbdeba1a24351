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
