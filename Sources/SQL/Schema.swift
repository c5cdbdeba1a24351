package import StorageErrors

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
