import Glibc

/// A record as it is in the file, or a piece of a record that is too long to hold in memory.
///
/// The bytes are valid until the next call of ``RecordReader/next()``.
package struct RawRecord {
    /// The bytes, including the line end if there is one.
    package var bytes: UnsafeRawBufferPointer
    /// The line on which the record starts, from 1.
    package var line: Int
    /// The position in the list that contains the record, from 1, or `nil` outside lists.
    package var number: Int?
    /// The offset after this record in the uncompressed file.
    package var end: Int64
    /// A problem that was detected before parsing.
    package var error: RecordError?
    /// Whether this is the whole record or its last piece.
    package var isEnd: Bool
    /// Whether this is a run of NUL bytes between records.
    package var isHole = false
}

/// Splits a stream of bytes into records, in a fixed amount of memory.
///
/// NUL bytes are a hole in the file and belong to no record. They appear after copytruncate
/// rotation, if the writer continues at its old offset, and after a power loss, where data did not
/// reach the disk.
package final class RecordReader {
    /// A starting position in a file.
    package struct Place: Hashable, Sendable {
        /// The offset in bytes, uncompressed.
        package var offset: Int64 = 0
        /// The number of lines before the position.
        package var lines = 0
    }

    private let source: any ByteSource
    private let isCSV: Bool
    /// The CSV dialect, or `nil` until the header row is read.
    private var dialect: CSVDialect?
    /// The CSV header row, if it is known.
    private var header: [UInt8]
    private let acceptsUnterminated: Bool
    private let closesQuotes: Bool
    private let buffer: UnsafeMutableRawBufferPointer
    private var start = 0
    private var end = 0
    /// Where the next record starts.
    private(set) var place: Place
    private var isAtEnd = false
    private var isSkipping = false
    /// The index of the first NUL in the pending bytes, or their end if there is none.
    private var hole = 0

    private static let chunk = 256 * 1024

    /// - Parameters:
    ///   - source: The bytes.
    ///   - format: The format of the records.
    ///   - place: The position of the source in the file.
    ///   - header: The CSV header row, if it was read before.
    ///   - acceptsUnterminated: Whether any last line without line end is a record. Otherwise only a
    ///     whole JSON object is one, and everything else is left for later.
    ///   - closesQuotes: Whether a quoted CSV cell that is open at the end cannot be closed any more.
    ///     The rows after its first line are then read.
    package init(
        _ source: any ByteSource, format: RecordFormat, at place: Place = Place(),
        header: [UInt8]? = nil, acceptsUnterminated: Bool = true, closesQuotes: Bool = false
    ) {
        self.source = source
        isCSV = if case .csv = format { true } else { false }
        self.acceptsUnterminated = acceptsUnterminated
        self.closesQuotes = closesQuotes
        self.header = header ?? []
        self.place = place
        dialect = header.map { CSVDialect(header: $0) }
        buffer = .allocate(byteCount: RecordBoundary.limit + 2 * Self.chunk, alignment: 1)
    }

    deinit {
        buffer.deallocate()
    }

    /// Returns the next record, or `nil` after the last one.
    package func next() throws(IngestError) -> RawRecord? {
        while true {
            if isSkipping, let piece = skip() { return piece }
            switch isSkipping ? .unfinished : boundary {
            case .whole(let size): return swallowingRow(size) ?? take(size)
            case .hole(let size): return takeHole(size)
            case .broken(let size): return take(size, .brokenQuotes)
            case .tooLong: isSkipping = true
            case .unfinished where isAtEnd: return brokenRow() ?? lastPiece()
            case .unfinished: try fill()
            }
        }
    }

    private var pending: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: buffer[start..<end])
    }

    private var boundary: RecordBoundary {
        if hole < end { return boundaryBeforeHole }
        return boundary(in: pending, isEnd: isAtEnd && acceptsRest(pending))
    }

    /// Returns whether the last bytes of the file, without a line end, are a record.
    ///
    /// Whatever a program appends to a whole JSON object, it cannot be part of that object. A CSV
    /// row and half of an object can continue.
    private func acceptsRest(_ rest: UnsafeRawBufferPointer) -> Bool {
        acceptsUnterminated || !isCSV && rest.isWholeObject
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
        // A writer may have reserved the space and still complete the record there. So the record
        // is left until data follows the hole.
        let isCut =
            rest.contains { $0 != 0 } || isAtEnd && acceptsRest(record)
            || pending.count > RecordBoundary.limit
        return self.boundary(in: record, isEnd: isCut)
    }

    /// Uses the header row of an earlier file, if this one has none.
    func use(header: [UInt8]) {
        self.header = header
        dialect = CSVDialect(header: header)
    }

    /// Detects the dialect from the first row.
    private func learn(from record: UnsafeRawBufferPointer) {
        guard let row = try? RecordText(record)?.bytes else { return }
        dialect = CSVDialect(declaredIn: row) ?? CSVDialect(headerRow: row)
        header = Array(record)
    }

    /// Returns the first line of a row whose quoted cell is still open at the end of the bytes, if that
    /// cell was never closed: no program that is writing it has written a whole row after it.
    private func brokenRow() -> RawRecord? {
        let rest = pending.prefixBytes(hole - start)
        let lines = rest.prefixBytes((rest.lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1)
        guard isCSV, !acceptsUnterminated, !isSkipping, let size = rest.openRow(dialect),
            closesQuotes || containsRow(lines, from: size)
        else { return nil }
        return take(size, .brokenQuotes)
    }

    /// Returns the first line of a row with a quoted cell that contains whole valid rows: two stray
    /// quotes, not a cell. The rows after its first line are then read.
    private func swallowingRow(_ size: Int) -> RawRecord? {
        guard isCSV, dialect != nil else { return nil }
        let row = pending.prefixBytes(size)
        guard let newline = row.firstIndex(ofByte: UInt8(ascii: "\n")), newline + 1 < size,
            containsRow(row, from: newline + 1, quoted: true)
        else { return nil }
        return take(newline + 1, .brokenQuotes)
    }

    /// Returns whether one of the lines is a valid row by itself.
    ///
    /// - Parameter quoted: Whether the lines are in quotes, so that only the part before the closing
    ///   quote counts.
    private func containsRow(
        _ bytes: UnsafeRawBufferPointer, from start: Int, quoted: Bool = false
    ) -> Bool {
        var parser: CSVParser?
        let columns = columnCount
        var lines = UnsafeRawBufferPointer(rebasing: bytes[start...])
        while !lines.isEmpty {
            let end = lines.firstIndex(ofByte: UInt8(ascii: "\n")).map { $0 + 1 }
            var line = lines.prefixBytes(end ?? lines.count)
            lines = UnsafeRawBufferPointer(rebasing: lines[line.count...])
            if quoted, let quote = line.firstIndex(ofByte: UInt8(ascii: "\"")) {
                line = line.prefixBytes(quote)
            }
            // Text rarely has enough separators for all columns.
            guard line.count(where: { $0 == dialect?.separator }) >= columns - 1 else { continue }
            parser = parser ?? (try? CSVParser(header: header))
            if case .attempt? = try? parser?.content(of: line) { return true }
        }
        return false
    }

    /// The number of columns in the header row, or more if names contain separators.
    private var columnCount: Int {
        guard let separator = dialect?.separator,
            let last = header.split(separator: UInt8(ascii: "\n")).last
        else { return .max }
        return last.count { $0 == separator } + 1
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
        // Searching a large buffer once costs less than searching each line.
        if hole == end - size { findHole(from: hole) }
    }

    private func findHole(from index: Int) {
        let rest = UnsafeRawBufferPointer(rebasing: buffer[index..<end])
        hole = index + (rest.firstIndex(ofByte: 0) ?? rest.count)
    }

    private func take(
        _ size: Int, _ error: RecordError? = nil, isEnd: Bool = true
    ) -> RawRecord {
        let bytes = pending.prefixBytes(size)
        let line = place.lines + 1
        start += size
        if start > hole { findHole(from: start) }
        if isCSV, dialect == nil { learn(from: bytes) }
        place.offset += Int64(size)
        place.lines += newlines(in: bytes)
        return RawRecord(
            bytes: bytes, line: line, end: place.offset, error: error, isEnd: isEnd)
    }

    /// Returns a hole, which is not a record but counts in the offset.
    private func takeHole(_ size: Int) -> RawRecord {
        var hole = take(size)
        hole.isHole = true
        return hole
    }

    private func newlines(in record: UnsafeRawBufferPointer) -> Int {
        guard isCSV else { return record.last == UInt8(ascii: "\n") ? 1 : 0 }
        var (count, rest) = (0, record)
        while let newline = rest.firstIndex(ofByte: UInt8(ascii: "\n")) {
            count += 1
            rest = UnsafeRawBufferPointer(rebasing: rest[(newline + 1)...])
        }
        return count
    }

    /// Returns a piece of a record that is too long, or `nil` if more must be read first.
    private func skip() -> RawRecord? {
        if let newline = pending.firstIndex(ofByte: UInt8(ascii: "\n")) {
            isSkipping = false
            return take(newline + 1, .tooLong)
        }
        return pending.isEmpty ? nil : take(pending.count, .tooLong, isEnd: false)
    }

    /// Returns the end of a record that is too long and ends with the file.
    private func lastPiece() -> RawRecord? {
        guard isSkipping, acceptsUnterminated else { return nil }
        isSkipping = false
        return take(0, .tooLong)
    }
}
