import CSQLite
import Glibc

/// An open `sqlite3 *`, closed when it goes.
struct DatabaseHandle: ~Copyable {
    let pointer: OpaquePointer
    /// Lives as long as the connection, which asks it before each commit.
    private let file: OpenedFile

    /// Opens or creates the file; a new one can be read by its owner only.
    init(path: String) throws(DatabaseError) {
        // It has to come before the first use, and is done once.
        _ = Self.memoryIsNotCounted
        createPrivately(path)
        var opened: OpaquePointer?
        // A connection belongs to one thread, so SQLite need not guard it at each call.
        let flags =
            SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_EXRESCODE
            | SQLITE_OPEN_NOMUTEX
        let code = sqlite3_open_v2(path, &opened, flags, nil)
        guard code == SQLITE_OK, let opened else {
            // A failed open still leaves a handle to close: https://sqlite.org/c3ref/open.html
            defer { sqlite3_close_v2(opened) }
            throw DatabaseError(code: code, message: Self.reason(code, opened), path: path)
        }
        pointer = opened
        file = OpenedFile(path)
        refuseCommitsToAFileThatIsGone()
    }

    /// Nothing is acknowledged that would be in no file, or in one that nobody opens any more.
    ///
    /// SQLite itself refuses this only without a WAL (SQLITE_READONLY_DBMOVED). The question takes
    /// a microsecond, and a commit a thousand times as long.
    private func refuseCommitsToAFileThatIsGone() {
        sqlite3_commit_hook(
            pointer,
            { file in
                guard let file else { return 0 }
                return Unmanaged<OpenedFile>.fromOpaque(file).takeUnretainedValue().isGone ? 1 : 0
            }, Unmanaged.passUnretained(file).toOpaque())
    }

    deinit {
        // Unlike sqlite3_close, this waits for statements that are still held.
        sqlite3_close_v2(pointer)
    }

    /// Waits for other connections' transactions for so many milliseconds.
    ///
    /// It asks every millisecond. SQLite's own wait (`sqlite3_busy_timeout`) asks again after up
    /// to 100 ms only: beside an import, which has the lock nearly always, it asked for seconds.
    /// https://sqlite.org/c3ref/busy_handler.html
    func wait(upTo milliseconds: Int32) {
        let tries = Int(milliseconds)
        sqlite3_busy_handler(
            pointer,
            { tries, count in
                guard Int(count) < Int(bitPattern: tries) else { return 0 }
                usleep(1000)
                return 1
            }, UnsafeMutableRawPointer(bitPattern: tries))
    }

    private static let memoryIsNotCounted = callback_count_no_memory() == SQLITE_OK

    private static func reason(_ code: Int32, _ handle: OpaquePointer?) -> String {
        String(cString: handle == nil ? sqlite3_errstr(code) : sqlite3_errmsg(handle))
    }
}

/// Creates the file with mode 0600; SQLite gives its -wal and -shm files the same mode.
///
/// Any failure is left for SQLite to meet and to name.
private func createPrivately(_ path: String) {
    let descriptor = open(path, O_CREAT | O_EXCL | O_CLOEXEC | O_RDWR, 0o600)
    if descriptor >= 0 { close(descriptor) }
}
