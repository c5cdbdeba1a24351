/// Why a path has no database. SQLite treats an empty file like a new one.
package enum DatabaseAbsence: Sendable {
    case missing
    case empty
}
