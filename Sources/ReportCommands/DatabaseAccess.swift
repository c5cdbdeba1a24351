import Commands
import FileOwners
import Glibc
import Ingest
import Storage
import StorageErrors

/// Finds out whether runs can write, without creating or changing anything.
enum DatabaseAccess {
    /// Returns why a run cannot write to the database, or nil if it can.
    ///
    /// - Parameter isOfRuns: Whether this user is the one of the runs. The permissions of another user
    ///   say nothing about them.
    static func problem(at path: String, isOfRuns: Bool) -> String? {
        let access = WriteAccess()
        let folder = directory(of: path)
        guard isOfRuns else { return access.problem(ofFileSystemAt: folder) }
        return problem(among: [path, path + "-wal", path + "-shm"], access)
            ?? access.problem(creatingIn: folder)
    }

    /// Returns why a run cannot write to a file in which it saves what it could not import, or nil.
    static func problemOfSavedFiles(nextTo path: String) -> String? {
        let files = RejectedLines(nextTo: path).paths + [UnreadEnds(nextTo: path).path]
        return problem(among: files, WriteAccess())
    }

    private static func problem(among files: [String], _ access: WriteAccess) -> String? {
        files.lazy.filter(FileCheck.exists).compactMap(access.problem(writing:)).first
    }

    private static func directory(of path: String) -> String {
        path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    }
}

extension Store {
    /// Whether this user is the one of the last run. True if no run is known.
    func isOfRuns() throws(StorageError) -> Bool {
        try ledger.lastRunUser().map { $0 == geteuid() } ?? true
    }
}
