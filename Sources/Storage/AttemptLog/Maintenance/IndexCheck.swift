import SQL
import StorageErrors

/// Checks the callback index in one pass over its entries.
struct IndexCheck {
    let database: Database
    /// The first row ID that was not pruned.
    let limit: Int64

    init(database: Database, from limit: Int64) {
        self.database = database
        self.limit = limit
    }

    /// Returns whether the entries match the attempts, lookups find them, and no callback that is
    /// marked as having one attempt has several.
    ///
    /// - Parameter sum: The expected sum of the hashes of the entries.
    func isGood(sum expected: Int) throws(StorageError) -> Bool {
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

    /// Returns whether an entry must exist. In the pruned part, only the kept latest attempts have
    /// entries.
    private func isWanted(
        _ entry: IndexEntry, _ required: borrowing Statement
    ) throws(StorageError) -> Bool {
        guard entry.place < limit else { return true }
        required.bind(entry.place, at: 1)
        defer { required.reset() }
        return try required.step()
    }

    /// Returns whether no attempt that is marked as the only one shares its callback with another.
    private func areApart(_ places: [Int64]) throws(StorageError) -> Bool {
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
