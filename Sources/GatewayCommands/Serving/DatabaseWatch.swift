import DeliveryLog
import SQLite
import Settings
import Synchronization
import Threads

/// Notices that somebody deleted or replaced the database under a program that serves.
///
/// SQLite goes on with the files that it has open: what is accepted then is gone when the program
/// ends. Once that has happened the database is not used any more until the program is started
/// again, even if the file comes back: another program may have changed it under another name.
final class DatabaseWatch: Sendable {
    private let path: String
    private let files: DatabaseFiles
    private let isGone = Atomic(false)
    private let notice: @Sendable (_ fault: String) -> Void

    /// How long a file may be missing before it is noticed, in milliseconds.
    private static let pollInterval = 250

    /// - Parameters:
    ///   - database: open for as long as the watch is used.
    ///   - notice: called once when a file is missing, on the thread that notices.
    init(_ database: Database, notice: @escaping @Sendable (_ fault: String) -> Void) {
        path = database.path
        files = DatabaseFiles(at: database.path)
        self.notice = notice
    }

    /// Why the database can no longer be used; nil while it can.
    var fault: String? { isGone.load(ordering: .relaxed) ? Self.words : nil }

    private static let words =
        "the database file was deleted or replaced; start the gateway again"

    /// Looks at the files every quarter of a second until one is missing.
    func start() {
        WorkerThread.start { [weak self] in
            while let self, !isFileMissing() { Polling.of(milliseconds: Self.pollInterval) }
        }
    }

    /// Opens another connection to the same file.
    ///
    /// - Parameter patience: how long to wait for another program's transaction, in milliseconds.
    /// - Throws: where the path leads to another one: what is in the WAL does not belong to that,
    ///   and SQLite would not know.
    func open(
        _ configuration: Configuration, timeout: Int32 = Database.timeout
    ) throws -> GatewayStore {
        guard !isFileMissing() else { throw MissingDatabase(path: path) }
        return try GatewayStore(configuration, timeout: timeout)
    }

    /// Compares the files with what they were at the start.
    private func isFileMissing() -> Bool {
        if fault != nil { return true }
        guard DatabaseFiles(at: path) != files else { return false }
        if !isGone.exchange(true, ordering: .relaxed) { notice(Self.words) }
        return true
    }
}

/// The database is no longer where it was when the program began.
struct MissingDatabase: Error, CustomStringConvertible {
    let path: String

    var description: String { "\(path): the database file was deleted or replaced" }
}
