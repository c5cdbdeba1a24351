/// Cuts the answers of an API into their records, within a fixed amount of memory however long
/// an answer is; see ``JSONRecordScanner`` for what an answer is.
///
/// Damage costs what stands before the next line that starts with `{` or `[`: one line where
/// each holds a record or an answer.
final class JSONRecordReader: RecordSource {
    private let source: any ByteSource
    private let buffer: UnsafeMutableRawBufferPointer
    private var scanner: JSONRecordScanner
    private var end = 0
    /// How far the scanner is.
    private var index = 0
    /// Start of the record, or of the damage, that is not given yet.
    private var start: Int?
    private var number = 0
    /// Line ends before `counted`, which is an index.
    private var lines = 0
    private var counted = 0
    private var dropped: Int64 = 0
    private var isAtEnd = false
    private var isTooLong = false
    private var isDamaged = false

    private static let chunk = 256 * 1024

    /// - Parameter ways: the names that lead to the records of an answer.
    init(_ source: any ByteSource, ways: [[String]]) {
        self.source = source
        scanner = JSONRecordScanner(ways: ways)
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
            if let record = take(finding) { return record }
        }
        if isDamaged { return skipDamage() }
        guard let start, isTooLong || end - start > RecordBoundary.limit else { return nil }
        isTooLong = true
        return end > start ? give(upTo: end, .tooLong, isEnd: false) : nil
    }

    private func take(_ finding: JSONRecordScanner.Finding) -> RawRecord? {
        switch finding {
        case .starts(let number):
            let before = isTooLong ? give(upTo: index, .tooLong) : nil
            (start, self.number) = (index, number)
            index += 1
            return before
        case .wraps:
            let before = isTooLong ? give(upTo: index, .tooLong) : nil
            start = nil
            index += 1
            return before
        case .ends:
            index += 1
            return giveWhole()
        case .endsBefore: return giveWhole()
        case .breaks:
            isDamaged = true
            guard isTooLong else { return nil }
            defer { start = index }
            return give(upTo: index, .tooLong)
        }
    }

    private func giveWhole() -> RawRecord {
        let isLong = isTooLong || index - (start ?? index) > RecordBoundary.limit
        return give(upTo: index, isLong ? .tooLong : nil)
    }

    /// Gives what was kept; the next piece of a record that goes on starts behind it.
    private func give(upTo stop: Int, _ mistake: RecordError?, isEnd: Bool = true) -> RawRecord {
        let first = start ?? stop
        countLines(upTo: first)
        start = isEnd ? nil : stop
        if isEnd { isTooLong = false }
        return RawRecord(
            bytes: UnsafeRawBufferPointer(rebasing: bytes[first..<stop]), line: lines + 1,
            number: number > 0 ? number : nil, end: dropped + Int64(stop), mistake: mistake,
            isEnd: isEnd)
    }

    /// The damage up to the line on which reading can start again; nil to read more first.
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
        // All but the last byte, which may be the line end before the next start.
        let piece = give(upTo: end - 1, .notJSON)
        (start, index) = (end - 1, end - 1)
        return piece
    }

    private func resume(at line: Int) -> RawRecord {
        scanner.restart()
        isDamaged = false
        index = line
        return give(upTo: line, .notJSON)
    }

    /// What is left when the file ends early.
    private func finish() -> RawRecord? {
        if isDamaged {
            (isDamaged, index) = (false, end)
            scanner.restart()
            return (start ?? end) < end ? give(upTo: end, .notJSON) : nil
        }
        guard scanner.isInside else { return nil }
        scanner.restart()
        return give(upTo: end, isTooLong ? .tooLong : .endsEarly)
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
