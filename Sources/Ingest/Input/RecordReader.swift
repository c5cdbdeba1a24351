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
    package var mistake: RecordError?
    /// False for a piece of a record that goes on.
    package var isEnd: Bool
    /// Whether it is a run of NUL bytes between records.
    package var isHole = false
}

/// Cuts a stream of bytes into records, within a fixed amount of memory.
///
/// NUL bytes are a hole in the file and part of no record: they are what copy-truncate rotation
/// leaves of a file whose writer goes on at its old offset, and a power loss of bytes that did
/// not reach the disk.
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
    /// Nil until the header row is read.
    private var dialect: CSVDialect?
    private let takesRest: Bool
    private let buffer: UnsafeMutableRawBufferPointer
    private var start = 0
    private var end = 0
    /// Where the next record starts.
    private(set) var place: Place
    private var isAtEnd = false
    private var isSkipping = false
    /// Where the first NUL of the pending bytes is; the end where there is none.
    private var hole = 0

    private static let chunk = 256 * 1024

    /// - Parameters:
    ///   - place: where the source stands in the file.
    ///   - header: CSV's header row, where it was read before.
    ///   - takesRest: whether a last line without line end is a record, or waits for its end.
    package init(
        _ source: any ByteSource, format: RecordFormat, at place: Place = Place(),
        header: [UInt8]? = nil, takesRest: Bool = true
    ) {
        self.source = source
        isCSV = if case .csv = format { true } else { false }
        self.takesRest = takesRest
        self.place = place
        dialect = header.map { CSVDialect(header: $0) }
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
            case .hole(let size): return takeHole(size)
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
        if hole < end { return boundaryBeforeHole }
        return boundary(in: pending, isEnd: isAtEnd && takesRest)
    }

    private func boundary(in bytes: UnsafeRawBufferPointer, isEnd: Bool) -> RecordBoundary {
        isCSV
            ? RecordBoundary(rowIn: bytes, dialect, isEnd: isEnd)
            : RecordBoundary(lineIn: bytes, isEnd: isEnd)
    }

    private var boundaryBeforeHole: RecordBoundary {
        let record = pending.prefixBytes(hole - start)
        let rest = UnsafeRawBufferPointer(rebasing: pending[record.count...])
        if record.isEmpty { return .hole(rest.firstIndex { $0 != 0 } ?? rest.count) }
        let boundary = boundary(in: record, isEnd: false)
        guard boundary == .unfinished else { return boundary }
        // A writer may have reserved the space, and finish the record in it: the record waits
        // until something comes behind the hole.
        let isCut =
            rest.contains { $0 != 0 } || isAtEnd && takesRest
            || pending.count > RecordBoundary.limit
        return self.boundary(in: record, isEnd: isCut)
    }

    /// Goes on as behind a header row that the file does not have.
    func use(header: [UInt8]) {
        dialect = CSVDialect(header: header)
    }

    /// Finds out how cells are separated by the first row.
    private func learn(from record: UnsafeRawBufferPointer) {
        guard let row = try? RecordText(record)?.bytes else { return }
        dialect = CSVDialect(declaredIn: row) ?? CSVDialect(headerRow: row)
    }

    private func fill() throws(IngestError) {
        if buffer.count - end < Self.chunk {
            buffer.copyMemory(from: pending)
            end -= start
            hole -= start
            start = 0
        }
        let space = UnsafeMutableRawBufferPointer(rebasing: buffer[end..<(end + Self.chunk)])
        let size = try source.read(into: space)
        end += size
        isAtEnd = size == 0
        // In one look at many bytes, which costs less than one at each line.
        if hole == end - size { findHole(from: hole) }
    }

    private func findHole(from index: Int) {
        let rest = UnsafeRawBufferPointer(rebasing: buffer[index..<end])
        hole = index + (rest.firstIndex(ofByte: 0) ?? rest.count)
    }

    private func take(
        _ size: Int, _ mistake: RecordError? = nil, isEnd: Bool = true
    ) -> RawRecord {
        let bytes = pending.prefixBytes(size)
        let line = place.lines + 1
        start += size
        if start > hole { findHole(from: start) }
        if isCSV, dialect == nil { learn(from: bytes) }
        place.offset += Int64(size)
        place.lines += newlines(in: bytes)
        return RawRecord(
            bytes: bytes, line: line, end: place.offset, mistake: mistake, isEnd: isEnd)
    }

    /// A hole is no record, but the bytes of the file go on behind it.
    private func takeHole(_ size: Int) -> RawRecord {
        var hole = take(size)
        hole.isHole = true
        return hole
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
