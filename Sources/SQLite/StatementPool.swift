import CSQLite
import StorageErrors

/// The idle prepared statements of a connection.
///
/// Preparing a statement takes longer than running most of them.
final class StatementPool {
    private let database: OpaquePointer
    private var idle: [String: OpaquePointer] = [:]
    /// The first error about an invalid value that has not been thrown yet.
    private var damage: StorageError?

    /// More than the number of distinct statements in the program. A statement that contains values
    /// in its text then cannot fill the memory.
    private static let limit = 100

    init(_ database: OpaquePointer) {
        self.database = database
    }

    deinit {
        for pointer in idle.values { sqlite3_finalize(pointer) }
    }

    func note(_ damage: StorageError) {
        if self.damage == nil { self.damage = damage }
    }

    func takeDamage() -> StorageError? {
        damage.take()
    }

    /// Returns a statement for exclusive use. If it cannot be prepared, the pointer is nil and the
    /// connection has the error.
    func take(_ sql: String) -> (pointer: OpaquePointer?, code: Int32) {
        if let pointer = idle.removeValue(forKey: sql) { return (pointer, SQLITE_OK) }
        var prepared: OpaquePointer?
        let code = sqlite3_prepare_v3(
            database, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil)
        return (prepared, code)
    }

    /// Returns a statement to the pool without its parameters and locks.
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
