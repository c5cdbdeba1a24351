package import SQL
package import StorageErrors

/// Says which callbacks the log has attempts of.
package struct LoggedCallbacks {
    private let database: Database

    package init(_ database: Database) {
        self.database = database
    }

    /// Those of some ids that the log knows. Many at once cost little more than a few.
    package func among(
        _ ids: [String], company sid: String
    ) throws(StorageError) -> Set<String> {
        try database.transaction(.read) { () throws(StorageError) in
            let find = "SELECT id FROM companies WHERE sid = ?"
            guard let company = try database.row(find, [.text(sid)], { $0.integer(0) }) else {
                return []
            }
            let hasher = try CallbackHasher(database)
            let hashes = ids.map { hasher.hash(of: $0, company: company) }.sorted()
            let entries = try CallbackIndex(database: database).entries(of: hashes)
            return try callbacks(of: entries, company).intersection(ids)
        }
    }

    private func callbacks(
        of entries: [IndexEntry], _ company: Int64
    ) throws(StorageError) -> Set<String> {
        let find = try database.prepare(
            "SELECT callback_id FROM attempts WHERE place = ? AND company = ?")
        var callbacks: Set<String> = []
        for entry in entries {
            find.bind([.integer(entry.place), .integer(company)])
            if try find.step() { callbacks.insert(find.text(0)) }
            find.reset()
        }
        return callbacks
    }
}
