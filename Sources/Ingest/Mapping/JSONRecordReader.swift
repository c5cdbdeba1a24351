import JSON

/// Splits API responses into their records, in a fixed amount of memory for responses of any
/// length. See ``JSONRecordScanner`` for the supported formats.
///
/// Damage affects everything up to the next line that starts with `{` or `[`. That is one line if
/// each line contains a record or a response.
final class JSONRecordReader: RecordSource {
    private let source: any ByteSource
    /// The pointers to the records.
    private let pointers: String
    private let buffer: UnsafeMutableRawBufferPointer
    private var scanner: JSONRecordScanner
    private var end = 0
    /// The position of the scanner.
    private var index = 0
    /// The start of the current record or damage, or `nil`.
    private var start: Int?
    private var number = 0
    /// The number of line ends before the index `counted`.
    private var lines = 0
    private var counted = 0
    private var dropped: Int64 = 0
    private var isAtEnd = false
    private var isTooLong = false
    private var isDamaged = false

    private static let chunk = 256 * 1024

    /// - Parameters:
    ///   - source: The bytes.
    ///   - paths: The member names that lead to the records in a response.
    init(_ source: any ByteSource, paths: [[String]]) {
        self.source = source
        pointers = paths.map { $0.map { "/\($0)" }.joined() }.joined(separator: ", ")
        scanner = JSONRecordScanner(paths: paths)
        buffer = .allocate(byteCount: RecordBoundary.limit + 2 * Self.chunk, alignment: 1)
    }

    deinit {
        buffer.deallocate()
    }

    func next() throws(IngestError) -> RawRecord? {
        while true {
            if let record = isDamaged ? skipDamage() : scan() { return record }
            if isAtEnd { return finish() }
            try fill()
        }
    }

    private var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: buffer[..<end]) }

    private func scan() -> RawRecord? {
        while !isDamaged, let finding = scanner.scan(bytes, from: &index) {
            if let record = handle(finding) { return record }
        }
        if isDamaged { return skipDamage() }
        guard let start, isTooLong || end - start > RecordBoundary.limit else { return nil }
        isTooLong = true
        return end > start ? makeRecord(upTo: end, .tooLong, isEnd: false) : nil
    }

    private func handle(_ finding: JSONRecordScanner.Finding) -> RawRecord? {
        switch finding {
        case .starts(let number):
            let before = isTooLong ? makeRecord(upTo: index, .tooLong) : nil
            (start, self.number) = (index, number)
            index += 1
            return before
        case .wraps:
            let before = isTooLong ? makeRecord(upTo: index, .tooLong) : nil
            start = nil
            index += 1
            return before
        case .ends:
            index += 1
            return makeWholeRecord()
        case .endsBefore: return makeWholeRecord()
        case .misses:
            index += 1
            number = 0
            return makeRecord(upTo: index, .noRecords(places: pointers))
        case .breaks:
            isDamaged = true
            guard isTooLong else { return nil }
            defer { start = index }
            return makeRecord(upTo: index, .tooLong)
        }
    }

    private func makeWholeRecord() -> RawRecord {
        let isLong = isTooLong || index - (start ?? index) > RecordBoundary.limit
        return makeRecord(upTo: index, isLong ? .tooLong : nil)
    }

    /// Returns the current record or piece. The next piece of the same record starts after it.
    private func makeRecord(upTo stop: Int, _ error: RecordError?, isEnd: Bool = true) -> RawRecord
    {
        let first = start ?? stop
        countLines(upTo: first)
        start = isEnd ? nil : stop
        if isEnd { isTooLong = false }
        return RawRecord(
            bytes: UnsafeRawBufferPointer(rebasing: bytes[first..<stop]), line: lines + 1,
            number: number > 0 ? number : nil, end: dropped + Int64(stop), error: error,
            isEnd: isEnd)
    }

    /// Returns the damage up to the line where parsing can continue, or `nil` if more must be read
    /// first.
    private func skipDamage() -> RawRecord? {
        let first = start ?? index
        (start, number) = (first, 0)
        var newline = first
        while let found = bytes.lineEnd(from: newline), found + 1 < end {
            newline = found + 1
            if bytes[newline] == UInt8(ascii: "{") || bytes[newline] == UInt8(ascii: "[") {
                return resume(at: newline)
            }
        }
        guard end - first > RecordBoundary.limit else { return nil }
        // Everything except the last byte, which may be the line end before the next start.
        let piece = makeRecord(upTo: end - 1, .notJSON)
        (start, index) = (end - 1, end - 1)
        return piece
    }

    private func resume(at line: Int) -> RawRecord {
        scanner.restart()
        isDamaged = false
        index = line
        return makeRecord(upTo: line, .notJSON)
    }

    /// Returns what is left if the file ends early.
    private func finish() -> RawRecord? {
        if isDamaged {
            (isDamaged, index) = (false, end)
            scanner.restart()
            return (start ?? end) < end ? makeRecord(upTo: end, .notJSON) : nil
        }
        guard scanner.isInside else { return nil }
        scanner.restart()
        return makeRecord(upTo: end, isTooLong ? .tooLong : .endsEarly)
    }

    private func fill() throws(IngestError) {
        let keep = start ?? index
        if buffer.count - end < Self.chunk { drop(upTo: keep) }
        let size = try source.read(
            into: UnsafeMutableRawBufferPointer(rebasing: buffer[end..<(end + Self.chunk)]))
        end += size
        isAtEnd = size == 0
    }

    private func drop(upTo keep: Int) {
        countLines(upTo: keep)
        buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[keep..<end]))
        dropped += Int64(keep)
        end -= keep
        index -= keep
        counted -= keep
        start = start.map { $0 - keep }
    }

    private func countLines(upTo stop: Int) {
        guard stop > counted else { return }
        lines += bytes[counted..<stop].count { $0 == UInt8(ascii: "\n") }
        counted = stop
    }
}

extension UnsafeRawBufferPointer {
    fileprivate func lineEnd(from start: Int) -> Int? {
        UnsafeRawBufferPointer(rebasing: self[start...])
            .firstIndex(ofByte: UInt8(ascii: "\n")).map { $0 + start }
    }
}
