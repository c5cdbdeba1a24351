import SQL
package import StorageErrors

extension AttemptLog {
    /// Sets the title of a profile in reports, or removes it.
    ///
    /// The profile need not have attempts yet.
    package func setTitle(
        _ title: String?, ofProfile id: String, company sid: String
    ) throws(StorageError) {
        try database.transaction { () throws(StorageError) in
            try database.execute(
                "INSERT INTO companies(sid) VALUES(?) ON CONFLICT DO NOTHING", [.text(sid)])
            try database.execute(
                """
                INSERT INTO profiles(company, profile_id, title)
                SELECT id, ?, ? FROM companies WHERE sid = ?
                ON CONFLICT(company, profile_id) DO UPDATE SET title = excluded.title
                """, [.text(id), Value(title), .text(sid)])
        }
    }
}
