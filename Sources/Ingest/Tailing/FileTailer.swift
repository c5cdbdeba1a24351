import CivilTime
import DeliveryLog
import Glibc
import Storage
import StorageErrors

/// Reads one source file from its last position.
struct FileTailer {
    let path: String
    let reader: SourceReader
    /// The fields that identify a callback, or `nil` for `callback_id` alone.
    let key: CallbackKey?
    /// Whether no program starts new lines in this file, because another file has taken its place.
    let isRotated: Bool
    var counts = IngestCounts()

    init(
        path: String, reader: SourceReader, key: CallbackKey? = nil, isRotated: Bool = false
    ) {
        self.path = path
        self.reader = reader
        self.key = key
        self.isRotated = isRotated
    }

    mutating func readAll() throws(ReadingError) {
        guard let file = try open() else { return }
        reader.seen.insert(file.identity, at: path)
        let isPacked = try reading { () throws(IngestError) in try file.compression() != nil }
        if isPacked { try readCompressed(file) } else { try readPlain(file) }
    }

    /// Opens the file. Returns `nil` if rotation moved it after its name was listed. This run or the
    /// next one finds it under the new name.
    private func open() throws(ReadingError) -> InputFile? {
        do throws(IngestError) {
            return try InputFile(path: path, onlyRegular: true)
        } catch {
            guard case .cannotOpen(_, ENOENT) = error, !isSymbolicLink else {
                throw .failure(error)
            }
            return nil
        }
    }

    /// Whether the path names a link. A link without a target is an error. A file that exists now
    /// although it did not a moment ago was moved here, and is read under its earlier name.
    private var isSymbolicLink: Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
    }

    // MARK: Plain files

    mutating func readPlain(_ file: InputFile) throws(ReadingError) {
        var isDone = false
        while !isDone {
            let (known, view) = try resolve(file) { () throws(ReadingError) in
                try reading { () throws(IngestError) in try FileView(of: file) }
            }
            guard let known else { return }
            if known.position.offset == view.size { return try touch(known) }
            if let rest = known.rest, isEnd(rest, of: file, view.size) {
                return try decide(on: rest, of: known, in: file, start: view.start)
            }
            try reading { () throws(IngestError) in
                try file.seek(to: known.position.offset)
            }
            var run = TailSession(
                of: known, start: view.start, in: file, tail: self, .growing)
            isDone = try run.read(FileBytes(file))
            counts += run.counts
        }
        try rememberIncompleteLine(of: file)
    }

    // MARK: Compressed files

    private mutating func readCompressed(_ file: InputFile) throws(ReadingError) {
        let packed = try reading { () throws(IngestError) in try hashOfStoredForm(file) }
        if let known = try storing({ () throws(StorageError) in
            try reader.store.file(file.identity)
        }), known.packed == packed {
            return try touch(known)
        }
        if try isBeingWritten(file) {
            // If the original still exists, it is read.
            if !file.hasOriginal { reader.problems.addUnfinished(path) }
            return reader.seen.remove(file.identity)
        }
        let view = FileView(start: try startOfContents(file), size: .max)
        var isDone = false
        while !isDone {
            guard let known = try resolve(file, seenAs: { view }).known else { return }
            var run = TailSession(
                of: known, start: view.start, in: file, tail: self, .compressed)
            defer { counts += run.counts }
            isDone = try readContents(file, of: known, packed, with: &run)
        }
    }

    private func readContents(
        _ file: InputFile, of known: FileCheckpoint, _ packed: ContentHash,
        with run: inout TailSession
    ) throws(ReadingError) -> Bool {
        do throws(ReadingError) {
            let source = try contents(of: file)
            try reading { () throws(IngestError) in
                try source.read(upTo: known.position.offset) { _ in }
            }
            guard try run.read(source) else { return false }
        } catch {
            guard case .failure(let failure) = error, case .damaged = failure else { throw error }
            // Saved before the file counts as read: the message may be saved twice, but not lost.
            try storing { () throws(StorageError) in
                try reader.save(failure)
                try reader.store.setReported(true, known)
            }
            try finish(known, packed)
            throw error
        }
        try finish(known, packed)
        return true
    }

    /// Returns whether a compressed file may still be incomplete. While the original exists, the
    /// original is read, and the next run checks again.
    private func isBeingWritten(_ file: InputFile) throws(ReadingError) -> Bool {
        guard file.hasOriginal || isNewAndEmpty(file) else { return false }
        do throws(ReadingError) {
            let source = try contents(of: file)
            try reading { () throws(IngestError) in try source.read(upTo: .max) { _ in } }
            return false
        } catch {
            guard case .failure(let failure) = error, case .damaged = failure else { throw error }
            return true
        }
    }

    /// Returns whether a program may have just created a file and not written to it yet.
    private func isNewAndEmpty(_ file: InputFile) -> Bool {
        let age = reader.systemTime.milliseconds - file.modifiedAt.milliseconds
        return file.size == 0 && abs(age) < Self.rotatedWait
    }

    private func finish(_ known: FileCheckpoint, _ packed: ContentHash) throws(ReadingError) {
        try storing { () throws(StorageError) in
            try reader.store.finish(known, packed: packed)
        }
    }

    /// Returns a hash of the size and the first bytes, which change whenever the file is written.
    private func hashOfStoredForm(_ file: InputFile) throws(IngestError) -> ContentHash {
        let start = try file.bytes(at: 0, count: FileCheckpoint.Head.limit)
        return ContentHash(of: start + Array("\(file.size ?? 0)".utf8))
    }

    private func startOfContents(_ file: InputFile) throws(ReadingError) -> [UInt8] {
        var start: [UInt8] = []
        try readWhole(file, upTo: Int64(FileCheckpoint.Head.limit)) { start += $0 }
        return start
    }

    /// Reads the start of the content. Of a damaged file, only the readable part is passed to `body`:
    /// the damage is detected again, and reported, when the records are read.
    ///
    /// Other failures must not pass for different content. The file would be read again.
    private func readWhole(
        _ file: InputFile, upTo count: Int64, _ body: (UnsafeRawBufferPointer) -> Void
    ) throws(ReadingError) {
        do throws(ReadingError) {
            let source = try contents(of: file)
            try reading { () throws(IngestError) in try source.read(upTo: count, body) }
        } catch {
            guard case .failure(let failure) = error, case .damaged = failure else { throw error }
        }
    }

    // MARK: Identity

    /// Returns what is known about this file. For a new file, that is the position up to which its
    /// content was read before. Returns `nil` for an empty file.
    ///
    /// - Parameter look: Inspects the file again. It grows while other runs read it, so the state
    ///   that another run stored can only be compared with a later inspection.
    private func resolve(
        _ file: InputFile, seenAs look: () throws(ReadingError) -> FileView
    ) throws(ReadingError) -> (known: FileCheckpoint?, view: FileView) {
        let store = reader.store
        let stored = try storing { () throws(StorageError) in try store.file(file.identity) }
        let view = try look()
        if view.isEmpty {
            if stored == nil { try remember(file) }
            return (nil, view)
        }
        if let stored, !stored.head.isEmpty, view.shows(stored), try isUnchanged(stored, file) {
            try note(stored, file)
            try noteFound([stored])
            return (stored, view)
        }
        var (position, former) = try lastPosition(file, start: view.start, upTo: view.size)
        if let stored, stored.head.isEmpty { former.append(stored) }
        let added = try storing { () throws(StorageError) in
            try store.add(
                file.asSourceFile, FileCheckpoint.Head(of: view.start), at: position,
                after: stored, insteadOf: former, now: reader.now)
        }
        if let added {
            try noteFound(former)
            return (added, view)
        }
        // Another run reached this point at the same time.
        return try resolve(file, seenAs: look)
    }

    /// Stores the identity of an empty file, so that its records are found even if it is moved before
    /// the next run.
    private func remember(_ file: InputFile) throws(ReadingError) {
        _ = try storing { () throws(StorageError) in
            try reader.store.add(
                file.asSourceFile, FileCheckpoint.Head(of: []), at: FileCheckpoint.Position(),
                after: nil, insteadOf: [], now: reader.now)
        }
    }

    /// Notes files whose rest an earlier run has reported as lost.
    private func noteFound(_ files: [FileCheckpoint]) throws(ReadingError) {
        for file in files where file.isReported {
            try storing { () throws(StorageError) in try reader.forgetLoss(of: file) }
        }
    }

    /// Returns whether a file has not been written again up to its position, with the same first
    /// bytes. A compressed file is compared only if it has changed since it was read.
    private func isUnchanged(
        _ known: FileCheckpoint, _ file: InputFile
    ) throws(ReadingError) -> Bool {
        if known.packed != nil { return try hasSameContents(known, file) }
        guard let tail = known.tail else { return true }
        let bytes = try reading { () throws(IngestError) in
            try file.lastBytes(before: known.position.offset, count: tail.size)
        }
        return FileCheckpoint.Tail(of: bytes) == tail
    }

    private func hasSameContents(
        _ known: FileCheckpoint, _ file: InputFile
    ) throws(ReadingError) -> Bool {
        var hash = ContentHash()
        try readWhole(file, upTo: known.position.offset) { hash.add($0) }
        return hash == known.position.hash
    }

    private func note(_ known: FileCheckpoint, _ file: InputFile) throws(ReadingError) {
        guard known.seenPath != path else { return }
        try storing { () throws(StorageError) in
            try reader.store.note(known, at: path, realPath: file.realPath)
        }
    }

    /// Returns the furthest position of a known file whose content up to there equals this file's,
    /// and all known files with equal content.
    private func lastPosition(
        _ file: InputFile, start: [UInt8], upTo size: Int64
    ) throws(ReadingError) -> (FileCheckpoint.Position, [FileCheckpoint]) {
        let known = try storing { () throws(StorageError) in
            try reader.store.filesThatStartLike(start)
        }
        let alike = known.filter { $0.position.offset <= size }
        guard !alike.isEmpty else { return (FileCheckpoint.Position(), []) }
        let source = try contents(of: file)
        var (found, hash, offset) = (FileCheckpoint.Position(), ContentHash(), Int64(0))
        var former: [FileCheckpoint] = []
        for known in alike.sorted(by: { $0.position.offset < $1.position.offset }) {
            let position = known.position
            let distance = position.offset - offset
            // For a damaged file, only the readable part is compared.
            try? source.read(upTo: distance) { piece in
                hash.add(piece)
                offset += Int64(piece.count)
            }
            if offset == position.offset, hash == position.hash {
                found = position
                former.append(known)
            }
        }
        return (found, former)
    }

    private func contents(of file: InputFile) throws(ReadingError) -> any ByteSource {
        try reading { () throws(IngestError) in
            try file.seek(to: 0)
            return try file.contents()
        }
    }

    func touch(_ known: FileCheckpoint) throws(ReadingError) {
        try storing { () throws(StorageError) in
            try reader.store.touch(known, now: reader.now)
        }
    }
}

/// A snapshot of a source file. The file may grow or be replaced a moment later.
struct FileView {
    /// The first bytes of its content, up to the size of a head.
    let start: [UInt8]
    /// The size of its content in bytes, or the maximum value if it is not known in advance.
    let size: Int64

    init(start: [UInt8], size: Int64) {
        self.start = start
        self.size = size
    }

    init(of file: InputFile) throws(IngestError) {
        start = try file.bytes(at: 0, count: FileCheckpoint.Head.limit)
        size = try file.presentSize
    }

    /// A damaged file may have content although none is readable.
    var isEmpty: Bool { start.isEmpty && size < .max }

    /// Returns whether this is the known file.
    func shows(_ known: FileCheckpoint) -> Bool {
        known.head.starts(start) && known.position.offset <= size
    }
}
