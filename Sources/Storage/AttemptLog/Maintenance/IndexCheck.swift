import SQLite

/// Checks the index of callbacks in one pass over its entries.
struct IndexCheck {
    let database: Database
    /// The first place that was not pruned.
    let limit: Int64

    init(database: Database, from limit: Int64) {
        self.database = database
        self.limit = limit
    }

    /// Whether its entries are those of the attempts, whoever looks for them finds them, and no
    /// callback that is taken for the only attempt of its id is there twice.
    ///
    /// - Parameter sum: the sum of the hashes of the entries that it must have.
    func isGood(sum expected: Int) throws(DatabaseError) -> Bool {
        let runs = try CallbackIndex(database: database).runs()
        let required = try database.prepare(
            "SELECT 1 FROM attempts WHERE place = ? AND standing <> 1")
        var merge = try SegmentMerger(runs, of: database, isChecked: true)
        var sum = 0
        var last: UInt64?
        var places: [Int64] = []
        while let entry = try merge.next() {
            guard try isWanted(entry, required) else { continue }
            sum &+= entry.hashValue
            if entry.hash != last {
                guard try areApart(places) else { return false }
                places = []
            }
            last = entry.hash
            places.append(entry.place)
        }
        guard sum == expected, merge.areFound else { return false }
        return try areApart(places)
    }

    /// Whether an entry is one that there must be: in the part that was pruned those of the latest
    /// attempts that were left.
    private func isWanted(
        _ entry: IndexEntry, _ required: borrowing Statement
    ) throws(DatabaseError) -> Bool {
        guard entry.place < limit else { return true }
        required.bind(entry.place, at: 1)
        defer { required.reset() }
        return try required.step()
    }

    /// Whether attempts with one hash, where they have one id, know of each other.
    private func areApart(_ places: [Int64]) throws(DatabaseError) -> Bool {
        guard places.count > 1 else { return true }
        var ids: Set<String> = []
        for place in places {
            let id = try database.row(
                "SELECT company || ' ' || callback_id, standing FROM attempts WHERE place = ?",
                [.integer(place)]
            ) { (text: $0.text(0), standing: $0.int(1)) }
            guard let id else { return false }
            if !ids.insert(id.text).inserted, id.standing == 0 { return false }
        }
        return true
    }
}
