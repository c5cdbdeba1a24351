package import DeliveryLog
import JSON

/// The content of a record.
package enum RecordContent {
    case attempt(Attempt)
    /// Not a record: an empty line, a header row, or a response with an empty list.
    case nothing
    /// A record that the map filters out.
    case skipped
}

/// Parses the records of one file, in order.
package protocol RecordParser {
    /// Parses one record, with or without its line end. The bytes are valid only during the call.
    mutating func content(of record: UnsafeRawBufferPointer) throws(RecordError) -> RecordContent

    /// The header row with its line end, once it was read. `nil` for formats without header row.
    var header: [UInt8]? { get }
}

/// The bytes of a record, ready for parsing.
struct RecordText {
    let bytes: UnsafeRawBufferPointer

    /// Removes the line end and a byte order mark. Returns `nil` if only spaces, or the NUL bytes
    /// of a hole, are left.
    ///
    /// Every line may start with a byte order mark, because files are concatenated.
    ///
    /// - Throws: `notUTF8`.
    init?(_ record: UnsafeRawBufferPointer) throws(RecordError) {
        let line = record.withoutLineEnd
        let hasMark = line.first == 0xEF && line.starts(with: [0xEF, 0xBB, 0xBF])
        bytes = UnsafeRawBufferPointer(rebasing: line[(hasMark ? 3 : 0)...])
        var first = 0
        while first < bytes.count, bytes[first].isJSONSpace || bytes[first] == 0 { first += 1 }
        guard first < bytes.count else { return nil }
        guard bytes.isUTF8 else { throw .notUTF8 }
    }
}

extension [UInt8] {
    /// Calls `body` with the bytes. Unlike `withUnsafeBytes`, it keeps the error type.
    func withBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try withUnsafeBufferPointer { (bytes) throws(Failure) in
            try body(UnsafeRawBufferPointer(bytes))
        }
    }
}

extension UnsafeRawBufferPointer {
    var isUTF8: Bool {
        if isASCII { return true }
        return withMemoryRebound(to: UInt8.self) { bytes in
            (try? UTF8Span(validating: bytes.span)) != nil
        }
    }

    /// Whether all bytes are ASCII, as in most lines. Checks eight bytes at a time.
    private var isASCII: Bool {
        var index = 0
        while index + 8 <= count {
            let word = loadUnaligned(fromByteOffset: index, as: UInt64.self)
            guard word & 0x8080_8080_8080_8080 == 0 else { return false }
            index += 8
        }
        return self[index...].allSatisfy { $0 < 0x80 }
    }
}
