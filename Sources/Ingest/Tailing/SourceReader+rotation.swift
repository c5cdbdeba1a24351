import CivilTime
import DeliveryLog
import Glibc
import Storage
import StorageErrors

extension SourceReader {
    /// Reads the rest of files that were moved, and reports missing ones.
    ///
    /// Rotation may rename a file, move it to another directory, and compress it with any program.
    /// The file itself is found by its identity, and a copy or compressed file by its content.
    func readRotatedAway(_ patterns: [SourcePattern]) throws(StorageError) -> IngestCounts {
        var total = IngestCounts()
        for (file, source) in try missing(patterns) {
            let (counts, isGone) = try search(for: file, key: source.key)
            total += counts
            guard isGone else { continue }
            // A file that was empty whenever a run looked is rarely worth a message.
            if !file.head.isEmpty, mayHaveLostLines(file, patterns), try !isConverted(file) {
                let error = missingFileError(of: file)
                do throws(StorageError) {
                    try save(error)
                } catch {
                    try report(error, at: file.seenPath)
                    continue
                }
                try store.setReported(true, file)
                onEvent(.failure(error))
            }
            try store.settle(file)
        }
        return total
    }

    /// Returns whether another file took the place of one that no run could read, because the
    /// operator converted it. The runs before have reported it.
    private func isConverted(_ file: FileCheckpoint) throws(StorageError) -> Bool {
        guard file.position.offset == 0, access(file.seenPath, F_OK) == 0 else { return false }
        return try store.problems().contains { $0.path == file.seenPath }
    }

    /// Looks for a file, and reads the rest of it if it is found.
    ///
    /// A file that is renamed or compressed during the search may be at neither place when the
    /// search looks there. The file is therefore gone only if its folders were the same before and
    /// after a search. If they keep changing, the next run searches again.
    ///
    /// - Returns: The counts of the records that were read, and whether the file was deleted.
    private func search(
        for file: FileCheckpoint, key: CallbackKey?
    ) throws(StorageError) -> (counts: IngestCounts, isGone: Bool) {
        let folders = folders(of: file)
        var counts = IngestCounts()
        for _ in 0..<Self.maximumSearches {
            let listings = folders.map(\.files)
            guard listings.allSatisfy({ $0 != nil }) else { break }
            let files = listings.flatMap { $0 ?? [] }
            switch unreadableCopy(of: file, among: files) {
            case .waits: return (counts, false)
            case .isDamaged:
                try store.settle(file)
                return (counts, false)
            case nil: break
            }
            for candidate in candidates(for: file, among: files) {
                if !seen.contains(candidate.identity, at: candidate.path) {
                    counts += try read(candidate.path, key: key, isRotated: true)
                    if try isFound(file) { return (counts, false) }
                }
                // The message about the damage says what is lost.
                if hasContents(of: file, candidate.path)
                    || problems.damaged.contains(candidate.path)
                {
                    try store.settle(file)
                    return (counts, false)
                }
            }
            if try isFound(file) { return (counts, false) }
            if folders.map(\.files) == listings { return (counts, true) }
        }
        return (counts, false)
    }

    private static let maximumSearches = 5

    /// Returns the files of these sources that this run has not seen and that may have an unread
    /// rest.
    private func missing(
        _ patterns: [SourcePattern]
    ) throws(StorageError) -> [(file: FileCheckpoint, source: SourcePattern)] {
        try store.unsettledFiles().compactMap { file in
            guard file.identity.map(seen.contains) != true else { return nil }
            return patterns.first { $0.matches(file) }.map { (file, $0) }
        }
    }

    /// Returns whether the file was seen, or another file contains everything that was read from
    /// it.
    private func isFound(_ file: FileCheckpoint) throws(StorageError) -> Bool {
        if let identity = file.identity, seen.contains(identity) { return true }
        return try store.isSettled(file)
    }

    private func folders(of file: FileCheckpoint) -> [Directory] {
        Set([file.path, file.seenPath, file.realPath].map(Directory.init(of:)))
            .sorted { $0.path < $1.path }
    }

    /// Returns possible locations: the same file under another name, and copies with a similar
    /// name.
    private func candidates(
        for file: FileCheckpoint, among files: [Directory.File]
    ) -> [Directory.File] {
        let itself = files.filter { $0.identity == file.identity }
        let copies = filesNamedLike(file, among: files).filter { startsLike(file, $0.path) }
        return itself + copies
    }

    /// Returns the other files whose names start like that of a file.
    private func filesNamedLike(
        _ file: FileCheckpoint, among files: [Directory.File]
    ) -> [Directory.File] {
        let stems = Set(
            [file.path, file.seenPath, file.realPath].map { path in
                LogName(String(path.dropFirst(Directory(of: path).path.count))).stem
            })
        return files.filter { candidate in
            let name = candidate.path.dropFirst(Directory(of: candidate.path).path.count)
            return candidate.identity != file.identity && stems.contains(where: name.hasPrefix)
        }
    }

    private enum UnreadableCopy {
        /// A later run may be able to read it. Until then, `health` names it.
        case waits
        /// Nothing of it can be read. The message about the damage says that it is lost.
        case isDamaged
    }

    /// Returns whether this run could not read the file itself, or a file that may be a copy of it.
    private func unreadableCopy(
        of file: FileCheckpoint, among files: [Directory.File]
    ) -> UnreadableCopy? {
        let itself = files.filter { $0.identity == file.identity }
        let similar = filesNamedLike(file, among: files)
        if (itself + similar).contains(where: { problems.unread.contains($0.path) }) {
            return .waits
        }
        return similar.contains { problems.destroyed.contains($0.path) } ? .isDamaged : nil
    }

    /// Returns whether a file contains everything that was read from a known file.
    ///
    /// A run that reads a copy while it is being made takes it for another file, so only this
    /// comparison shows later that it is a copy.
    private func hasContents(of file: FileCheckpoint, _ path: String) -> Bool {
        guard let candidate = try? InputFile(path: path, onlyRegular: true),
            let contents = try? candidate.contents()
        else { return false }
        var (hash, offset) = (ContentHash(), Int64(0))
        try? contents.read(upTo: file.position.offset) { piece in
            hash.add(piece)
            offset += Int64(piece.count)
        }
        return offset == file.position.offset && hash == file.position.hash
    }

    /// Returns whether a file starts with the first bytes of a known file.
    private func startsLike(_ file: FileCheckpoint, _ path: String) -> Bool {
        guard !file.head.isEmpty, let candidate = try? InputFile(path: path, onlyRegular: true),
            let contents = try? candidate.contents()
        else { return false }
        var start: [UInt8] = []
        try? contents.read(upTo: Int64(FileCheckpoint.Head.limit)) { start += $0 }
        return file.head.starts(start)
    }

    /// Returns whether more may have been written to a file than was read.
    ///
    /// Nothing more is written to a file that was rotated before it was completely read, nor to a
    /// file with a date in its name that has not changed for an hour.
    private func mayHaveLostLines(_ file: FileCheckpoint, _ patterns: [SourcePattern]) -> Bool {
        if let rest = file.rest, rest.size > file.position.offset, rest.seenAt != nil {
            return true
        }
        guard let source = patterns.first(where: { $0.names(file.seenPath) }) else { return false }
        let isReplaced = FileCheckpoint.Identity(ofFileAt: file.seenPath) != nil
        if source.isLiteral || isReplaced { return true }
        guard let modified = file.modifiedAt, let lastRun else { return true }
        return lastRun.milliseconds - modified.milliseconds < 3_600_000
    }

    private func missingFileError(of file: FileCheckpoint) -> IngestError {
        let time = max(file.seenAt, lastRun ?? file.seenAt)
        return .gone(
            path: file.seenPath, offset: file.position.offset, until: min(time, now))
    }
}
