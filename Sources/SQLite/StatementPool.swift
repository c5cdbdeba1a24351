import CSQLite

/// The prepared statements of a connection that are not in use, to be run again.
///
/// To prepare a statement takes longer than to run most of them.
final class StatementPool {
    private let database: OpaquePointer
    private var idle: [String: OpaquePointer] = [:]
    /// A value that cannot be and was read, for which no error was thrown yet.
    private var damage: DatabaseError?

    /// More than there are texts of statements in the program, so that one that puts values into
    /// its text would show, and not fill the memory.
    private static let limit = 100

    init(_ database: OpaquePointer) {
        self.database = database
    }

    deinit {
        for pointer in idle.values { sqlite3_finalize(pointer) }
    }

    func note(_ damage: DatabaseError) {
        if self.damage == nil { self.damage = damage }
    }

    func takeDamage() -> DatabaseError? {
        damage.take()
    }

    /// A statement of that text, for one user; nil, with the reason at the connection, when it
    /// cannot be prepared.
    func take(_ sql: String) -> (pointer: OpaquePointer?, code: Int32) {
        if let pointer = idle.removeValue(forKey: sql) { return (pointer, SQLITE_OK) }
        var prepared: OpaquePointer?
        let code = sqlite3_prepare_v3(
            database, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil)
        return (prepared, code)
    }

    /// Takes a statement back, without its values and what it has locked.
    func give(_ pointer: OpaquePointer, _ sql: String) {
        guard idle[sql] == nil, idle.count < Self.limit else {
            sqlite3_finalize(pointer)
            return
        }
        sqlite3_reset(pointer)
        sqlite3_clear_bindings(pointer)
        idle[sql] = pointer
    }
}
