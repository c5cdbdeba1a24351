import CSQLite

/// The tables of one module, as the steps that made them.
///
/// Steps are appended and never edited: a file of any older version is brought up to date by
/// the steps it lacks, each in a transaction of its own.
package struct Schema: Sendable {
    /// Name of the module that owns the tables.
    package var owner: String
    /// SQL scripts; the version of a file is how many of them it has had.
    package var steps: [String]

    package init(owner: String, steps: [String]) {
        self.owner = owner
        self.steps = steps
    }
}

extension Database {
    /// Brings the tables of a module up to date.
    ///
    /// - Throws: when the file was written by a newer program, whose tables are not understood.
    package func migrate(_ schema: Schema) throws(DatabaseError) {
        if try version(of: schema) == schema.steps.count { return }
        try execute(
            """
            CREATE TABLE IF NOT EXISTS schema_versions(
                owner TEXT PRIMARY KEY, version INTEGER NOT NULL
            ) STRICT
            """)
        while try applyNextStep(of: schema) {}
    }

    /// Whether a step was missing; another process may have taken it just before.
    private func applyNextStep(of schema: Schema) throws(DatabaseError) -> Bool {
        try transaction { () throws(DatabaseError) in
            let version = try version(of: schema)
            guard version < schema.steps.count else {
                try refuseNewer(version, of: schema)
                return false
            }
            try executeAll(schema.steps[version])
            try execute(
                "INSERT OR REPLACE INTO schema_versions(owner, version) VALUES(?, ?)",
                [.text(schema.owner), Value(version + 1)])
            return true
        }
    }

    private func version(of schema: Schema) throws(DatabaseError) -> Int {
        let known = try integer(
            "SELECT count(*) FROM sqlite_schema WHERE name = 'schema_versions'")
        guard known > 0 else { return 0 }
        let sql = "SELECT version FROM schema_versions WHERE owner = ?"
        return try row(sql, [.text(schema.owner)]) { $0.int(0, in: 0...10_000) } ?? 0
    }

    private func refuseNewer(_ version: Int, of schema: Schema) throws(DatabaseError) {
        guard version > schema.steps.count else { return }
        throw DatabaseError(
            code: SQLITE_SCHEMA,
            message: "the tables of \(schema.owner) have version \(version), this program knows "
                + "\(schema.steps.count); a newer version has written it: upgrade this one",
            path: path)
    }
}
