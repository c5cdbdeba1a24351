/// An error of a store, with what its caller can do about it.
///
/// Every store throws this error, whichever database engine it uses. ``kind`` is for programs.
/// ``description`` is for people: it names the database, the problem and the remedy.
/// It never contains the values of a statement's parameters.
package struct StorageError: Error, Equatable, Sendable {
    /// What a caller can do. Except for ``outcomeUnknown``, the transaction was not written.
    package enum Kind: Sendable {
        /// Another connection held a lock for longer than the timeout: try again.
        case busy
        /// Another writer came first, or a constraint failed: read the data again before you retry.
        case conflict
        /// The database cannot be opened, read or written at the moment: try again later.
        case unavailable
        /// The database file was deleted or replaced while it was open: restart the program.
        case replaced
        /// The disk is full: free up space, then try again.
        case full
        /// A stored value is corrupt. Other rows can be fine.
        case corrupt
        /// A newer version of the program has written the database: upgrade this one.
        case newerSchema
        /// The connection was lost during a commit, which may have succeeded: retry only if the
        /// transaction is idempotent.
        case outcomeUnknown
        /// The statement itself failed, which is a bug in this program.
        case failed
    }

    package var kind: Kind
    /// The path or address of the database.
    package var place: String
    package var problem: String
    /// What to do about it, if there is anything to say.
    package var remedy: String?

    package init(_ kind: Kind, at place: String, _ problem: String, remedy: String? = nil) {
        self.kind = kind
        self.place = place
        self.problem = problem
        self.remedy = remedy
    }

    /// The path no longer leads to the file that was opened.
    package static func ofMissingFile(_ path: String) -> StorageError {
        StorageError(
            .replaced, at: path, "the database file was deleted or replaced",
            remedy: "nothing was written; restart the program")
    }

    /// A stored value that cannot be right.
    package static func corrupt(
        at place: String, _ problem: String,
        remedy: String = "restore the file from a backup, or set 'database' to another file"
    ) -> StorageError {
        StorageError(.corrupt, at: place, problem, remedy: remedy)
    }
}

extension StorageError {
    package var isBusy: Bool { kind == .busy }
    package var isDamage: Bool { kind == .corrupt }
    /// Whether the path no longer leads to the open file.
    package var isOfMissingFile: Bool { kind == .replaced }

    /// Whether every statement would have failed, so that a later retry can succeed.
    package var concernsWholeDatabase: Bool {
        switch kind {
        case .busy, .unavailable, .replaced, .full, .newerSchema, .outcomeUnknown: true
        case .conflict, .corrupt, .failed: false
        }
    }
}

extension StorageError: CustomStringConvertible {
    package var description: String {
        "\(place): \(problem)\(remedy.map { "; \($0)" } ?? "")"
    }
}

/// Why a path has no database. SQLite treats an empty file like a new one.
package enum DatabaseAbsence: Sendable {
    case missing
    case empty
}
