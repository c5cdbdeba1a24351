import CivilTime
import DeliveryLog
import Storage
import StorageErrors

/// The last line of a plain file, if it has no line end.
///
/// A whole JSON object is a record at once, because nothing that follows can be part of it. Any other
/// line may continue, so it waits until a later run finds the file unchanged. The position stays
/// before a line that is reported, so that the line is read if a program completes it after all.
extension FileTailer {
    /// How long a rotated file must be unchanged before a CSV row without a line end counts. A
    /// program may hold a renamed file open for some time.
    static let rotatedWait: Int64 = 2 * 60 * 1000
    /// How long a file that a program appends to must be unchanged before its incomplete last line
    /// is reported. A program that writes whole buffers may pause within a line.
    private static let growingWait: Int64 = 24 * 60 * 60 * 1000

    /// Returns whether a file still ends as it did at an earlier look. A rotation starts the wait again,
    /// because the program may complete its line before it opens the new file.
    func isEnd(_ rest: FileCheckpoint.Rest, of file: InputFile, _ size: Int64) -> Bool {
        rest.size == size && rest.modifiedAt == file.modifiedAt
            && (rest.isRotated == isRotated || rest.seenAt == nil)
    }

    /// Remembers the size of a file that ends with an incomplete line.
    func rememberIncompleteLine(of file: InputFile) throws(ReadingError) {
        guard
            let known = try storing({ () throws(StorageError) in
                try reader.store.file(file.identity)
            })
        else { return }
        let (size, line) = try reading { () throws(IngestError) in
            (try file.presentSize, try lastLine(at: known.position.offset, in: file))
        }
        // Lines after it show that the file is still growing. A hole contains nothing.
        guard size > known.position.offset, line.contains(where: { $0 != 0 && !$0.isLineSpace })
        else { return }
        let rest = FileCheckpoint.Rest(
            size: size, modifiedAt: file.modifiedAt, seenAt: reader.systemTime,
            isRotated: isRotated)
        try storing { () throws(StorageError) in try reader.store.note(rest, of: known) }
        try announceWait(for: known, line)
    }

    /// Decides what the last line of a file is that has not changed since an earlier look.
    mutating func decide(
        on rest: FileCheckpoint.Rest, of known: FileCheckpoint, in file: InputFile,
        start: [UInt8]
    ) throws(ReadingError) {
        try touch(known)
        guard let seenAt = rest.seenAt, seenAt != reader.systemTime else { return }
        let age = reader.systemTime.milliseconds - seenAt.milliseconds
        // The clock was ahead at the earlier look.
        if age < 0 { return try rememberIncompleteLine(of: file) }
        let line = try reading { () throws(IngestError) in
            try lastLine(at: known.position.offset, in: file)
        }
        if isOpenCell(line, of: known) {
            guard age >= (isRotated ? Self.rotatedWait : Self.growingWait) else {
                return try announceWait(for: known, line)
            }
            return try closeQuotes(of: known, in: file, start: start)
        }
        guard isRotated else {
            if age >= Self.growingWait { try reject(rest, of: known, in: file) }
            return
        }
        guard isWholeRow(line, of: known) else { return try reject(rest, of: known, in: file) }
        guard age >= Self.rotatedWait else { return try announceWait(for: known, line) }
        try reading { () throws(IngestError) in try file.seek(to: known.position.offset) }
        var run = TailSession(
            of: known, start: start, in: file, tail: self, .finished(size: rest.size))
        _ = try run.read(FileBytes(file))
        counts += run.counts
    }

    /// Reads a row whose quoted cell was not closed for some time: its first line is rejected, and the
    /// rows after it are read.
    private mutating func closeQuotes(
        of known: FileCheckpoint, in file: InputFile, start: [UInt8]
    ) throws(ReadingError) {
        try reading { () throws(IngestError) in try file.seek(to: known.position.offset) }
        var run = TailSession(of: known, start: start, in: file, tail: self, .paused)
        _ = try run.read(FileBytes(file))
        counts += run.counts
        try rememberIncompleteLine(of: file)
    }

    /// Returns whether the rest of a file is a CSV row whose quoted cell is not closed.
    private func isOpenCell(_ rest: [UInt8], of known: FileCheckpoint) -> Bool {
        guard let header = known.position.header else { return false }
        return rest.withBytes { $0.openRow(CSVDialect(header: header)) != nil }
    }

    /// Reports a last line that waits. Each run reports an open quote, because the rows after it wait
    /// as well, and so does `health` if the run before found it, too.
    private func announceWait(
        for known: FileCheckpoint, _ line: [UInt8]
    ) throws(ReadingError) {
        let offset = known.position.offset
        if isOpenCell(line, of: known) {
            try storing { () throws(StorageError) in
                try reader.announce(.openQuote(path: path, offset: offset))
            }
        } else if isRotated {
            reader.onEvent(.waiting(path: path, offset: offset))
        }
    }

    /// Returns the bytes from an offset, up to more than the longest record.
    private func lastLine(at offset: Int64, in file: InputFile) throws(IngestError) -> [UInt8] {
        try file.bytes(at: offset, count: RecordBoundary.limit + 1)
    }

    /// Returns whether the last line is a valid CSV row.
    private func isWholeRow(_ row: [UInt8], of known: FileCheckpoint) -> Bool {
        guard let header = known.position.header, var parser = try? CSVParser(header: header) else {
            return false
        }
        return row.withBytes { row in
            guard case .attempt = try? parser.content(of: row) else { return false }
            return true
        }
    }

    /// Saves and reports the last line, and leaves the position before it.
    private mutating func reject(
        _ rest: FileCheckpoint.Rest, of known: FileCheckpoint, in file: InputFile
    ) throws(ReadingError) {
        let (line, size) = try reading { () throws(IngestError) in
            (try lastLine(at: known.position.offset, in: file), try file.presentSize)
        }
        guard size == rest.size else { return }
        let position = known.position
        let isTooLong = line.count > RecordBoundary.limit
        let kept = isTooLong ? Array(line.prefix(TailSession.longestKept)) : line
        let problem = RejectedRecord(
            line: position.lines + 1,
            error: isTooLong ? .tooLongToSave : .unterminated(offset: position.offset))
        let isNew = try storing { () throws(StorageError) in
            try reader.log.writeInBulk { (_) throws(StorageError) in
                try save(problem, line, keeping: kept, of: known, ending: rest)
            }
        }
        guard isNew else { return }
        counts += IngestCounts(rejected: 1)
        reader.onEvent(.problem(path: path, problem))
    }

    private func save(
        _ problem: RejectedRecord, _ line: [UInt8], keeping kept: [UInt8], of known: FileCheckpoint,
        ending rest: FileCheckpoint.Rest
    ) throws(StorageError) -> Bool {
        var place = known.position.hash
        line.withBytes { place.add($0) }
        let reject = RejectedLine(
            path: path, line: problem.line, reason: "\(problem.error)", record: kept)
        var reported = rest
        reported.seenAt = nil
        try reader.store.note(reported, of: known)
        guard try reader.store.keep(reject, at: place, now: reader.now) else { return false }
        try RejectedLines(nextTo: reader.log.path).append(
            [RecordBatch.Reject(problem: problem, bytes: kept[...])],
            header: known.position.header, noting: reader.store)
        return true
    }
}

extension UInt8 {
    /// Space and line ends, which are not content of a line.
    fileprivate var isLineSpace: Bool { self == 0x20 || 0x09...0x0D ~= self }
}
