package import CivilTime
import DeliveryLog
import Glibc
package import Storage
package import StorageErrors

/// Reads new records from files that other programs append to.
///
/// The position of a file moves in the transaction that stores its records, and only from where
/// this run found it. Therefore each line is in the log exactly once, even if processes are killed
/// and several runs overlap. A file is identified by device and inode while its first bytes stay
/// the same, and otherwise by its content. A copy or a compressed file therefore continues at the
/// position of its original.
///
/// ```swift
/// let reader = try SourceReader(into: log, now: now) { event in print(event) }
/// let counts = try reader.readNew([SourcePattern(path: "/var/log/app/*.ndjson")])
/// ```
package struct SourceReader {
    let log: AttemptLog
    let store: CheckpointStore
    let now: Instant
    /// The time of the system clock, which also dates the files. It differs from ``now`` in a
    /// simulated run.
    let systemTime: Instant
    let batchSize: Int
    let onEvent: (SourceEvent) -> Void
    /// When the previous run read the sources, or `nil` for the first run.
    let lastRun: Instant?
    /// The files that this run has opened.
    let seen = SeenFiles()
    /// The sources that this run could not read.
    let problems = SourceProblems()
    /// The valid records of this run.
    package let tally = ImportTally()

    /// - Parameters:
    ///   - log: The log that records are stored in.
    ///   - now: The current time.
    ///   - systemTime: The time of the system clock, if `now` is simulated.
    ///   - lastRun: When the previous run read the sources, or `nil` for the first run.
    ///   - batchSize: The maximum number of records in one transaction, which blocks other writers.
    ///   - onEvent: Called for each event.
    /// - Throws: A `StorageError` if the tables cannot be created or migrated.
    package init(
        into log: AttemptLog, now: Instant, systemTime: Instant? = nil, lastRun: Instant? = nil,
        batchSize: Int = 8000,
        onEvent: @escaping (SourceEvent) -> Void
    ) throws(StorageError) {
        self.log = log
        self.now = now
        self.systemTime = systemTime ?? now
        self.lastRun = lastRun
        self.batchSize = batchSize
        self.onEvent = onEvent
        store = try CheckpointStore(in: log)
    }

    /// Reads all files that the patterns match, and their rotated files.
    ///
    /// - Returns: The counts of all files.
    /// - Throws: A `StorageError` if the log cannot be written. Problems of files are reported as
    ///   events.
    @discardableResult
    package func readNew(_ patterns: [SourcePattern]) throws(StorageError) -> IngestCounts {
        let found = SourcePaths(patterns)
        for pattern in found.unmatched { try reportMissing(pattern) }
        var total = IngestCounts()
        for path in found.paths {
            total += try read(path, key: found.key(of: path), isRotated: found.isRotated(path))
        }
        total += try readRotatedAway(patterns)
        try store.replaceProblems(with: problems.list)
        return total
    }

    /// Reports a file that could not be read, and remembers it until a run can read it.
    private func report(_ failure: IngestError) {
        problems.add(failure, since: now)
        onEvent(.failure(failure))
    }

    /// Reports that the rejected lines or the lost end of a source cannot be saved. Nothing of them was
    /// stored, so that a later run reads them. Throws any other error.
    private func report(_ error: StorageError, at path: String) throws(StorageError) {
        guard error.place.hasPrefix(log.path + "-") else { throw error }
        report(.cannotSave(path: path, reason: "\(error)"))
    }

    /// Reports a quoted cell that may still be growing. It is a problem if the run before found it, too.
    func announce(_ failure: IngestError) throws(StorageError) {
        let isNew = try !store.problems().contains { $0.problem == "\(failure)" }
        problems.add(failure, since: now, waits: isNew)
        onEvent(.openQuote(failure))
    }

    /// Reports a source without files.
    ///
    /// A program that rotates its log renames the file and then creates a new one. A file that an
    /// earlier run has read may therefore be missing in one run, but not in two.
    private func reportMissing(_ pattern: String) throws(StorageError) {
        let failure = IngestError.noMatch(pattern: pattern)
        let isNew = try !store.problems().contains { $0.path == pattern }
        let isKnown = try store.hasSeen(pattern)
        guard isNew, isKnown else { return report(failure) }
        problems.add(failure, since: now, waits: true)
        onEvent(.absent(path: pattern))
    }

    /// Deletes the state of files that were not seen for 90 days. Call it only with a correct
    /// clock.
    package func forgetOld() throws(StorageError) {
        try store.forgetOld(now: now)
    }

    /// Saves the message about an end that cannot be read.
    func save(_ error: IngestError) throws(StorageError) {
        try store.exclusively { () throws(StorageError) in
            try UnreadEnds(nextTo: log.path).append(error, at: now)
        }
    }

    /// Removes the message about an end that was lost, because it is being read after all: the
    /// operator has set `rotatedTo`, or restored a damaged file.
    func forgetLoss(of file: FileCheckpoint) throws(StorageError) {
        try store.exclusively { () throws(StorageError) in
            try UnreadEnds(nextTo: log.path).remove([
                IngestError.startOfLoss(path: file.seenPath, offset: file.position.offset),
                IngestError.startOfDamage(path: file.seenPath),
            ])
            try store.setReported(false, file)
        }
    }

    /// Reads one file to its current end.
    func read(
        _ path: String, key: CallbackKey?, isRotated: Bool
    ) throws(StorageError) -> IngestCounts {
        var tail = FileTailer(path: path, reader: self, key: key, isRotated: isRotated)
        do {
            try tail.readAll()
        } catch {
            switch error {
            case .failure(let failure): report(failure)
            case .database(let error): try report(error, at: path)
            }
        }
        if tail.counts.records > 0 { onEvent(.read(path: path, tail.counts)) }
        return tail.counts
    }
}

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
            for candidate in candidates(for: file, among: listings.flatMap { $0 ?? [] }) {
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
        let stems = Set(
            [file.path, file.seenPath, file.realPath].map { path in
                LogName(String(path.dropFirst(Directory(of: path).path.count))).stem
            })
        let itself = files.filter { $0.identity == file.identity }
        let copies = files.filter { candidate in
            let name = candidate.path.dropFirst(Directory(of: candidate.path).path.count)
            return candidate.identity != file.identity
                && stems.contains(where: name.hasPrefix) && startsLike(file, candidate.path)
        }
        return itself + copies
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

extension SourcePattern {
    /// Returns whether a file belongs to this source, while it is written or after rotation.
    fileprivate func matches(_ file: FileCheckpoint) -> Bool {
        names(file.path) || names(file.seenPath) || names(LogName.original(of: file.path))
    }
}

/// An event while sources were read.
package enum SourceEvent: Hashable, Sendable {
    /// New records were read from a file.
    case read(path: String, IngestCounts)
    /// A record was rejected and saved. Reported once per record.
    case problem(path: String, RejectedRecord)
    /// The last line of a rotated file, from this byte, has no line end yet. A later run decides.
    case waiting(path: String, offset: Int64)
    /// A quoted CSV cell is not closed, so that the rows after it wait for a later run.
    case openQuote(IngestError)
    /// A file that an earlier run has read is missing. If the next run does not find it either, that
    /// is a failure.
    case absent(path: String)
    /// A file could not be read completely. Other files were read.
    case failure(IngestError)
}

/// The sources that a run could not read.
final class SourceProblems {
    private(set) var list: [SourceProblem] = []
    /// The paths of damaged files.
    private(set) var damaged: Set<String> = []

    /// Adds a source, unless its failure is reported only once and saved for the operator.
    func add(_ failure: IngestError, since now: Instant, waits: Bool = false) {
        switch failure {
        case .damaged(let path, _, _):
            damaged.insert(path)
            return
        case .gone: return
        default: break
        }
        list.append(
            SourceProblem(path: failure.path, problem: "\(failure)", since: now, waits: waits))
    }
}
