import Glibc
package import StorageErrors

/// An empty file next to a database, which records that the database was created.
///
/// Without it, a program could not distinguish its first start from one after the database was
/// deleted or emptied, and would silently begin a new one without the history.
///
/// The name starts with that of the database, so that `rm callbacks.db*` deletes it too.
struct CreationMarker {
    private let database: String

    init(nextTo database: String) {
        self.database = database
    }

    private var path: String { database + "-created" }

    /// Returns an error if the database was created earlier but is missing or empty now.
    var loss: StorageError? {
        guard access(path, F_OK) == 0, let problem = DatabaseAbsence(at: database) else {
            return nil
        }
        let words =
            problem == .missing
            ? "the database was created earlier but is missing now"
            : "the database is empty (0 bytes) but had content earlier"
        return StorageError(
            .unavailable, at: database, words,
            remedy: "restore it from a backup; to begin a new one without the history, delete "
                + "\(path)")
    }

    /// Creates the marker. A failure is not an error, because the database works without it.
    func write() {
        guard access(path, F_OK) != 0 else { return }
        let descriptor = open(path, O_CREAT | O_EXCL | O_CLOEXEC | O_WRONLY, 0o600)
        if descriptor >= 0 { close(descriptor) }
    }
}

extension DatabaseAbsence {
    /// Nil if the path has a file with content, or if this user may not look.
    package init?(at path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else {
            guard errno == ENOENT || errno == ENOTDIR else { return nil }
            self = .missing
            return
        }
        guard status.st_mode & S_IFMT == S_IFREG, status.st_size == 0 else { return nil }
        self = .empty
    }
}
