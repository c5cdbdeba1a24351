package import DeliveryLog

/// What a record of a log says.
package enum RecordContent {
    case attempt(Attempt)
    /// An empty line, a header row, an answer with an empty list: no record at all.
    case nothing
    /// A record that a map leaves out.
    case skipped
}

/// Makes attempts of the records of one file, in their order.
package protocol RecordParser {
    /// Reads one record, which may end with its line end. Its bytes are only borrowed.
    mutating func content(of record: UnsafeRawBufferPointer) throws(RecordError) -> RecordContent

    /// The header row with its line end, once it was read; nil for formats without.
    var header: [UInt8]? { get }
}

/// The bytes of a record, ready to be parsed.
struct RecordText {
    let bytes: UnsafeRawBufferPointer

    /// Without line end and byte order mark; nil when only spaces, or the NUL bytes of a hole,
    /// are left.
    ///
    /// A byte order mark is taken off every line, as files with one get appended to others.
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
    /// Lends the bytes; unlike `withUnsafeBytes` it keeps the type of the error.
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

    /// Eight bytes at a time: most lines hold nothing else.
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
