import CivilTime
import DeliveryLog
import SQLite

extension SourceReader {
    /// Reads the rest of files that are not where they were, and says which could not be found.
    ///
    /// A rotation may give a file any name, put it in another folder and compress it by any
    /// program. The file itself is found by its identity, a copy or a compressed one by its
    /// content.
    func readRotatedAway(_ patterns: [SourcePattern]) throws(DatabaseError) -> IngestCounts {
        var total = IngestCounts()
        for (file, source) in try missing(patterns) {
            let folders = folders(of: file)
            for path in candidates(for: file, in: folders) {
                total += try read(path, key: source.key)
                if try isFound(file) { break }
            }
            guard try !isFound(file), folders.allSatisfy({ $0.names != nil }) else { continue }
            if isLoss(file, patterns) { onEvent(.failure(loss(of: file))) }
            try store.settle(file)
        }
        return total
    }

    /// The files of these sources that this run has not met and whose rest is not accounted for.
    private func missing(
        _ patterns: [SourcePattern]
    ) throws(DatabaseError) -> [(file: FileCheckpoint, source: SourcePattern)] {
        try store.unsettledFiles().compactMap { file in
            guard file.identity.map(seen.contains) != true else { return nil }
            return patterns.first { $0.concerns(file) }.map { (file, $0) }
        }
    }

    /// Whether the file was met, or another one has all that was read of it.
    private func isFound(_ file: FileCheckpoint) throws(DatabaseError) -> Bool {
        if let identity = file.identity, seen.contains(identity) { return true }
        return try store.isSettled(file)
    }

    private func folders(of file: FileCheckpoint) -> [Directory] {
        Set([file.path, file.seenPath, file.realPath].map(Directory.init(of:)))
            .sorted { $0.path < $1.path }
    }

    /// Where it may be: under another name, or as a copy whose name begins like its own.
    private func candidates(for file: FileCheckpoint, in folders: [Directory]) -> [String] {
        let stems = Set(
            [file.path, file.seenPath, file.realPath].map { path in
                LogName(String(path.dropFirst(Directory(of: path).path.count))).stem
            })
        let files = folders.flatMap { $0.files ?? [] }
        let itself = files.filter { $0.identity == file.identity }
        let copies = files.filter { candidate in
            let name = candidate.path.dropFirst(Directory(of: candidate.path).path.count)
            return !seen.contains(candidate.identity) && stems.contains(where: name.hasPrefix)
                && startsLike(file, candidate.path)
        }
        return (itself + copies).map(\.path)
    }

    /// Whether a file begins with the bytes that another one began with.
    private func startsLike(_ file: FileCheckpoint, _ path: String) -> Bool {
        guard let candidate = try? InputFile(path: path, onlyRegular: true),
            let contents = try? candidate.contents()
        else { return false }
        var start: [UInt8] = []
        try? contents.read(upTo: Int64(FileCheckpoint.Head.limit)) { start += $0 }
        return file.head.starts(start)
    }

    /// Whether more may have been written to a file than was read of it.
    ///
    /// Nothing is written to one that was rotated before it was read to its end, nor to one of a
    /// pattern with dates in its names that has been left alone for an hour.
    private func isLoss(_ file: FileCheckpoint, _ patterns: [SourcePattern]) -> Bool {
        guard let source = patterns.first(where: { $0.names(file.seenPath) }) else { return false }
        let isReplaced = FileCheckpoint.Identity(ofFileAt: file.seenPath) != nil
        if source.isLiteral || isReplaced { return true }
        guard let modified = file.modifiedAt, let lastRun else { return true }
        return lastRun.milliseconds - modified.milliseconds < 3_600_000
    }

    private func loss(of file: FileCheckpoint) -> IngestError {
        let time = max(file.seenAt, lastRun ?? file.seenAt)
        return .gone(
            path: file.seenPath, offset: file.position.place.offset, until: min(time, now))
    }
}

extension SourcePattern {
    /// Whether a file is of this source, while it is written or after a rotation.
    fileprivate func concerns(_ file: FileCheckpoint) -> Bool {
        names(file.path) || names(file.seenPath) || names(LogName.original(of: file.path))
    }
}
