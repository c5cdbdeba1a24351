/// A record as it stands in the file, or a piece of one that is too long to hold.
///
/// The bytes are lent until the next call of ``RecordReader/next()``.
package struct RawRecord {
    /// With its line end, if it has one.
    package var bytes: UnsafeRawBufferPointer
    /// Line on which the record starts, from 1.
    package var line: Int
    /// Place in the list that holds it, from 1; nil outside lists.
    package var number: Int?
    /// Offset in the (uncompressed) file after this record.
    package var end: Int64
    /// What is wrong with it already, before it is parsed.
    package var mistake: Mistake?
    /// False for a piece of a record that goes on.
    package var isEnd: Bool
}

/// Cuts a stream of bytes into records, within a fixed amount of memory.
package final class RecordReader {
    /// Where a reader starts in a file.
    package struct Place: Hashable, Sendable {
        /// In bytes, uncompressed.
        package var offset: Int64 = 0
        /// Lines before it.
        package var lines = 0
    }

    private let source: any ByteSource
    private let isCSV: Bool
    private let takesRest: Bool
    private let buffer: UnsafeMutableRawBufferPointer
    private var start = 0
    private var end = 0
    /// Where the next record starts.
    private(set) var place: Place
    private var isAtEnd = false
    private var isSkipping = false

    private static let chunk = 256 * 1024

    /// - Parameters:
    ///   - place: where the source stands in the file.
    ///   - takesRest: whether a last line without line end is a record, or waits for its end.
    package init(
        _ source: any ByteSource, format: RecordFormat, at place: Place = Place(),
        takesRest: Bool = true
    ) {
        self.source = source
        isCSV = if case .csv = format { true } else { false }
        self.takesRest = takesRest
        self.place = place
        buffer = .allocate(byteCount: RecordBoundary.limit + 2 * Self.chunk, alignment: 1)
    }

    deinit {
        buffer.deallocate()
    }

    /// The next record; nil after the last one.
    package func next() throws(IngestError) -> RawRecord? {
        while true {
            if isSkipping, let piece = skip() { return piece }
            switch isSkipping ? .unfinished : boundary {
            case .whole(let size): return take(size)
            case .broken(let size): return take(size, .brokenQuotes)
            case .tooLong: isSkipping = true
            case .unfinished where isAtEnd: return lastPiece()
            case .unfinished: try fill()
            }
        }
    }

    private var pending: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: buffer[start..<end])
    }

    private var boundary: RecordBoundary {
        let isEnd = isAtEnd && takesRest
        return isCSV
            ? RecordBoundary(rowIn: pending, isEnd: isEnd)
            : RecordBoundary(lineIn: pending, isEnd: isEnd)
    }

    private func fill() throws(IngestError) {
        if buffer.count - end < Self.chunk {
            buffer.copyMemory(from: pending)
            end -= start
            start = 0
        }
        let space = UnsafeMutableRawBufferPointer(rebasing: buffer[end..<(end + Self.chunk)])
        let size = try source.read(into: space)
        end += size
        isAtEnd = size == 0
    }

    private func take(
        _ size: Int, _ mistake: Mistake? = nil, isEnd: Bool = true
    ) -> RawRecord {
        let bytes = pending.prefixBytes(size)
        let line = place.lines + 1
        start += size
        place.offset += Int64(size)
        place.lines += newlines(in: bytes)
        return RawRecord(
            bytes: bytes, line: line, end: place.offset, mistake: mistake, isEnd: isEnd)
    }

    private func newlines(in record: UnsafeRawBufferPointer) -> Int {
        if isCSV { return record.count { $0 == UInt8(ascii: "\n") } }
        return record.last == UInt8(ascii: "\n") ? 1 : 0
    }

    /// A piece of a record that is too long; nil when more must be read first.
    private func skip() -> RawRecord? {
        if let newline = pending.firstIndex(ofByte: UInt8(ascii: "\n")) {
            isSkipping = false
            return take(newline + 1, .tooLong)
        }
        return pending.isEmpty ? nil : take(pending.count, .tooLong, isEnd: false)
    }

    /// The end of a record that is too long and ends with the file.
    private func lastPiece() -> RawRecord? {
        guard isSkipping, takesRest else { return nil }
        isSkipping = false
        return take(0, .tooLong)
    }
}
