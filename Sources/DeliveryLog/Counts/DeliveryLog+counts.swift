package import CivilTime
package import SQLite

extension DeliveryLog {
    /// How many callbacks of a company there are in a period, by outcome.
    package func tally(
        company sid: String, in period: Period
    ) throws(DatabaseError) -> Tally {
        guard let company = try id(ofCompany: sid) else { return Tally() }
        let parts = PeriodParts(period)
        let store = CountStore(database: database)
        var tally = Tally()
        for span in parts.spans {
            tally += try store.tally(company, span.level, from: span.start, to: span.end)
        }
        for edge in parts.edges {
            tally += try cells(ofEdge: edge, company).tally
        }
        return tally
    }

    /// The callbacks of a company in a period, by profile, channel, outcome and reason.
    package func counts(
        company sid: String, in period: Period
    ) throws(DatabaseError) -> PeriodCounts {
        guard let company = try id(ofCompany: sid) else { return PeriodCounts() }
        return try named(cells(company, in: period), company)
    }

    private func cells(
        _ company: Int64, in period: Period
    ) throws(DatabaseError) -> CountCells {
        let parts = PeriodParts(period)
        let store = CountStore(database: database)
        var cells = CountCells()
        for span in parts.spans {
            try store.merge(
                into: &cells, company, span.level, from: span.start, to: span.end)
        }
        for edge in parts.edges {
            cells.merge(try self.cells(ofEdge: edge, company))
        }
        return cells
    }

    /// Counts the attempts of a short span one by one.
    private func cells(ofEdge edge: Period, _ company: Int64) throws(DatabaseError) -> CountCells {
        var cells = CountCells()
        let statement = try database.prepare(
            """
            SELECT profile, channel, outcome, reason, duration FROM attempts
            WHERE company = ? AND finished_at >= ? AND finished_at < ? AND superseded = 0
            """)
        statement.bind([
            .integer(company), .integer(edge.start.milliseconds), .integer(edge.end.milliseconds),
        ])
        while try statement.step() {
            cells.add(1, to: CountKey(row: statement), milliseconds: statement.optionalInt(4))
        }
        return cells
    }

    private func named(
        _ cells: CountCells, _ company: Int64
    ) throws(DatabaseError) -> PeriodCounts {
        let profiles = try profileNames(of: company)
        let labels = try labels()
        var counts = PeriodCounts()
        for (key, cell) in cells.cells {
            counts.lines.append(
                PeriodCounts.Line(
                    profileID: profiles[key.profile]?.id, title: profiles[key.profile]?.title,
                    channel: labels[key.channel], outcome: key.outcome, reason: key.reason,
                    count: cell.count))
            if key.outcome == .delivered { counts.latency.merge(cell.latency) }
        }
        return counts
    }

    func profileNames(
        of company: Int64
    ) throws(DatabaseError) -> [Int64: (id: String, title: String?)] {
        let sql = "SELECT id, profile_id, title FROM profiles WHERE company = ?"
        let rows = try database.rows(sql, [.integer(company)]) {
            ($0.integer(0), (id: $0.text(1), title: $0.optionalText(2)))
        }
        return Dictionary(uniqueKeysWithValues: rows)
    }

    private func labels() throws(DatabaseError) -> [Int64: String] {
        let rows = try database.rows("SELECT id, text FROM labels") { ($0.integer(0), $0.text(1)) }
        return Dictionary(uniqueKeysWithValues: rows)
    }
}

extension CountKey {
    /// Reads the columns profile, channel, outcome and reason, in this order, from the first on.
    init(row: borrowing Statement) {
        self.init(
            profile: row.integer(0), channel: row.integer(1),
            outcome: Outcome(rawValue: row.int(2)) ?? .failed,
            reason: row.optionalInt(3).flatMap(Reason.init(rawValue:)))
    }
}
