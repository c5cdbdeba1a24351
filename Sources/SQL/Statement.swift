package import SQLite
package import StorageErrors

/// A prepared statement. On deinitialization it returns to its connection for reuse.
///
/// Like its connection, a statement belongs to one thread. Parameters count from 1 and columns
/// from 0.
///
///     let statement = try database.prepare("SELECT id FROM queue WHERE priority > ?")
///     statement.bind(5, at: 1)
///     while try statement.step() {
///         print(statement.integer(0))
///     }
///
/// The functions that an import calls for each attempt are inlinable, so that the choice of the
/// engine costs nothing there.
package struct Statement: ~Copyable {
    package enum Engine: ~Copyable {
        case sqlite(SQLiteStatement)
    }

    package let engine: Engine

    init(_ engine: consuming Engine) {
        self.engine = engine
    }

    // MARK: Parameters

    @inlinable package func bind(_ integer: Int64, at index: Int32) {
        switch engine {
        case .sqlite(let statement): statement.bind(integer, at: index)
        }
    }

    @inlinable package func bind(_ integer: Int, at index: Int32) {
        bind(Int64(integer), at: index)
    }

    @inlinable package func bind(_ integer: Int?, at index: Int32) {
        if let integer { bind(integer, at: index) } else { bindNull(at: index) }
    }

    @inlinable package func bind(_ text: String, at index: Int32) {
        switch engine {
        case .sqlite(let statement): statement.bind(text, at: index)
        }
    }

    @inlinable package func bind(_ bytes: [UInt8], at index: Int32) {
        switch engine {
        case .sqlite(let statement): statement.bind(bytes, at: index)
        }
    }

    @inlinable package func bindNull(at index: Int32) {
        switch engine {
        case .sqlite(let statement): statement.bindNull(at: index)
        }
    }

    package func bind(_ real: Double, at index: Int32) {
        switch engine {
        case .sqlite(let statement): statement.bind(real, at: index)
        }
    }

    package func bind(_ value: Value, at index: Int32) {
        switch value {
        case .null: bindNull(at: index)
        case .integer(let integer): bind(integer, at: index)
        case .real(let real): bind(real, at: index)
        case .text(let text): bind(text, at: index)
        case .blob(let bytes): bind(bytes, at: index)
        }
    }

    package func bind(_ values: [Value]) {
        for (offset, value) in values.enumerated() {
            bind(value, at: Int32(offset + 1))
        }
    }

    // MARK: Running

    /// Moves to the next row. Returns false if there is none; the statement can then be bound and
    /// run again.
    @inlinable package func step() throws(StorageError) -> Bool {
        switch engine {
        case .sqlite(let statement): try statement.step()
        }
    }

    /// Runs a statement that returns no rows. It can then be bound and run again.
    @inlinable package func run() throws(StorageError) {
        while try step() {}
    }

    /// Runs a statement like ``run()``, and returns the number of rows that it changed.
    package func change() throws(StorageError) -> Int {
        try run()
        switch engine {
        case .sqlite(let statement): return statement.changes
        }
    }

    /// Runs a statement with a RETURNING clause to completion.
    ///
    /// - Returns: The integer in the first column of the first row, or nil if it changed no row.
    package func returned() throws(StorageError) -> Int64? {
        guard try step() else { return nil }
        let value = integer(0)
        // A statement outside a transaction commits with its last step, which can fail.
        try run()
        return value
    }

    /// Resets the statement, discarding the remaining rows.
    @inlinable package func reset() {
        switch engine {
        case .sqlite(let statement): statement.reset()
        }
    }

    /// How often the engine has prepared the statement again, which it does when the schema
    /// changes.
    ///
    /// Restoring a backup into the file also counts as a schema change. As long as this number is
    /// the same, no backup was restored. Reading it costs nothing.
    package var renewals: Int32 {
        switch engine {
        case .sqlite(let statement): statement.renewals
        }
    }

    // MARK: Columns

    @inlinable package func isNull(_ column: Int32) -> Bool {
        switch engine {
        case .sqlite(let statement): statement.isNull(column)
        }
    }

    @inlinable package func integer(_ column: Int32) -> Int64 {
        switch engine {
        case .sqlite(let statement): statement.integer(column)
        }
    }

    @inlinable package func int(_ column: Int32) -> Int {
        Int(integer(column))
    }

    @inlinable package func optionalInt(_ column: Int32) -> Int? {
        isNull(column) ? nil : int(column)
    }

    @inlinable package func optionalInteger(_ column: Int32) -> Int64? {
        isNull(column) ? nil : integer(column)
    }

    package func real(_ column: Int32) -> Double {
        switch engine {
        case .sqlite(let statement): statement.real(column)
        }
    }

    /// Returns the text in a column, or an empty string for NULL.
    @inlinable package func text(_ column: Int32) -> String {
        switch engine {
        case .sqlite(let statement): statement.text(column)
        }
    }

    @inlinable package func optionalText(_ column: Int32) -> String? {
        isNull(column) ? nil : text(column)
    }

    /// Calls `body` with the bytes in a column. They are valid only until the next step.
    @inlinable package func withBlob<R>(
        _ column: Int32, _ body: (UnsafeRawBufferPointer) -> R
    ) -> R {
        switch engine {
        case .sqlite(let statement): statement.withBlob(column, body)
        }
    }

    @inlinable package func blob(_ column: Int32) -> [UInt8] {
        withBlob(column) { [UInt8]($0) }
    }
}

/// Columns whose values can only be invalid in a corrupt file.
extension Statement {
    /// Returns the integer in a column, and detects values outside of a range, which only
    /// corruption can cause.
    ///
    /// For such a value, the nearest value of the range is returned, so that calculations cannot
    /// overflow. The error is thrown by ``Database/rows(_:_:_:)`` and ``Database/row(_:_:_:)``
    /// immediately, and otherwise by the next step of any statement.
    package func integer(_ column: Int32, in range: ClosedRange<Int64>) -> Int64 {
        let value = integer(column)
        if range.contains(value) { return value }
        switch engine {
        case .sqlite(let statement): statement.note(invalid: value, in: column)
        }
        return min(max(value, range.lowerBound), range.upperBound)
    }

    /// Returns the integer in a column like ``integer(_:in:)``, or nil for NULL.
    package func optionalInteger(_ column: Int32, in range: ClosedRange<Int64>) -> Int64? {
        isNull(column) ? nil : integer(column, in: range)
    }

    /// Returns the nearest integer in a range, without an error, so that a single row cannot
    /// prevent others from being read.
    package func integer(_ column: Int32, clampedTo range: ClosedRange<Int64>) -> Int64 {
        min(max(integer(column), range.lowerBound), range.upperBound)
    }

    package func int(_ column: Int32, in range: ClosedRange<Int64>) -> Int {
        Int(integer(column, in: range))
    }

    package func optionalInt(_ column: Int32, in range: ClosedRange<Int64>) -> Int? {
        isNull(column) ? nil : int(column, in: range)
    }

    /// Returns a count. No file can contain more items than the upper bound.
    package func count(_ column: Int32) -> Int { int(column, in: 0...(1 << 40)) }
}

/// A value for a parameter of a statement.
package enum Value: Hashable, Sendable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case blob([UInt8])

    package init(_ integer: Int?) {
        self = integer.map { .integer(Int64($0)) } ?? .null
    }

    package init(_ integer: Int64?) {
        self = integer.map { .integer($0) } ?? .null
    }

    package init(_ text: String?) {
        self = text.map { .text($0) } ?? .null
    }
}

extension Value: ExpressibleByIntegerLiteral, ExpressibleByStringLiteral, ExpressibleByNilLiteral {
    package init(integerLiteral value: Int64) {
        self = .integer(value)
    }

    package init(stringLiteral value: String) {
        self = .text(value)
    }

    package init(nilLiteral: ()) {
        self = .null
    }
}

/// The tables of a module, as a list of migrations.
///
/// Migrations are appended and never edited. ``Database/migrate(_:)`` applies the missing ones to a
/// file of any older version, each in its own transaction.
///
///     let schema = Schema(
///         owner: "queue",
///         steps: [
///             "CREATE TABLE queue(id INTEGER PRIMARY KEY, body BLOB) STRICT",
///             "ALTER TABLE queue ADD COLUMN priority INTEGER NOT NULL DEFAULT 0",
///         ])
///     try database.migrate(schema)
package struct Schema: Sendable {
    /// The name of the module that owns the tables.
    package var owner: String
    /// The migrations as SQL scripts. The version of a file is the number of applied migrations.
    package var steps: [String]

    package init(owner: String, steps: [String]) {
        self.owner = owner
        self.steps = steps
    }
}

extension Database {
    /// Applies the missing migrations of a module.
    ///
    /// - Throws: ``StorageError`` if a migration fails, or if a newer version of the program has
    ///   written the file.
    package func migrate(_ schema: Schema) throws(StorageError) {
        if try version(of: schema) == schema.steps.count { return }
        try execute(
            """
            CREATE TABLE IF NOT EXISTS schema_versions(
                owner TEXT PRIMARY KEY, version INTEGER NOT NULL
            ) STRICT
            """)
        while try applyNextStep(of: schema) {}
    }

    /// Applies the next migration. Returns false if there is none, also because another process has
    /// just applied it.
    private func applyNextStep(of schema: Schema) throws(StorageError) -> Bool {
        try transaction { () throws(StorageError) in
            let version = try version(of: schema)
            guard version < schema.steps.count else {
                try checkNotNewer(version, of: schema)
                return false
            }
            try executeAll(schema.steps[version])
            try execute(
                "INSERT OR REPLACE INTO schema_versions(owner, version) VALUES(?, ?)",
                [.text(schema.owner), Value(version + 1)])
            return true
        }
    }

    private func version(of schema: Schema) throws(StorageError) -> Int {
        guard try hasTable("schema_versions") else { return 0 }
        let sql = "SELECT version FROM schema_versions WHERE owner = ?"
        return try row(sql, [.text(schema.owner)]) { $0.int(0, in: 0...10_000) } ?? 0
    }

    private func checkNotNewer(_ version: Int, of schema: Schema) throws(StorageError) {
        guard version > schema.steps.count else { return }
        throw StorageError(
            .newerSchema, at: path,
            "the tables of \(schema.owner) have version \(version), but this program "
                + "supports only version \(schema.steps.count); upgrade the program")
    }
}
