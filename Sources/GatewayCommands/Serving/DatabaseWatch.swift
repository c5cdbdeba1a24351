import Concurrency
import DeliveryLog
import Settings
import Storage
import StorageErrors
import Synchronization

/// Detects that the database file was deleted or replaced while the gateway serves.
///
/// SQLite continues to use the files that it has open, so everything accepted afterwards would be
/// lost when the program ends. Once a file is missing, the gateway does not use the database again
/// until it is restarted, even if the file comes back: another program may have changed it under
/// another name.
final class DatabaseWatch: Sendable {
    private let path: String
    private let files: DatabaseIdentity
    private let isGone = Atomic(false)
    private let notice: @Sendable (_ fault: String) -> Void

    /// How often the files are checked, in milliseconds.
    private static let pollInterval = 250

    /// Creates the watch; ``start()`` starts its thread.
    ///
    /// - Parameters:
    ///   - database: A connection that stays open while the watch is used.
    ///   - notice: Called once, on the thread that detects a missing file.
    init(_ database: AttemptLog, notice: @escaping @Sendable (_ fault: String) -> Void) {
        path = database.path
        files = DatabaseIdentity(at: database.path)
        self.notice = notice
    }

    /// Why the database can no longer be used; nil if it can.
    var fault: String? { isGone.load(ordering: .relaxed) ? Self.words : nil }

    private static let words =
        "the database file was deleted or replaced; restart the gateway"

    /// Checks the files every quarter of a second until one is missing.
    func start() {
        WorkerThread.start { [weak self] in
            while let self, !isFileMissing() { Polling.of(milliseconds: Self.pollInterval) }
        }
    }

    /// Opens another connection to the same file.
    ///
    /// - Parameter timeout: How long to wait for another program's transaction, in milliseconds.
    /// - Throws: `StorageError` if the path leads to another file. SQLite would not notice that
    ///   the WAL does not belong to it. A missing file is not created.
    func open(
        _ configuration: Configuration, timeout: Int32 = AttemptLog.timeout
    ) throws -> GatewayStore {
        let store = Result {
            try GatewayStore(configuration, timeout: timeout, mayCreate: false)
        }
        // Checked after opening: the file may have been replaced in between.
        guard !isFileMissing() else { throw StorageError.ofMissingFile(path) }
        return try store.get()
    }

    /// Compares the files with those at the start.
    private func isFileMissing() -> Bool {
        if fault != nil { return true }
        guard DatabaseIdentity(at: path) != files else { return false }
        if !isGone.exchange(true, ordering: .relaxed) { notice(Self.words) }
        return true
    }
}
