import CivilTime
import DeliveryLog
import SQL
import StorageErrors

/// Reads and writes the table that marks the quarter hours in which endpoints had attempts.
///
/// It covers all attempts, including superseded ones. A marked quarter hour may contain no such
/// attempt any more, because records were replaced; the attempts decide. An unmarked quarter hour
/// contains none. Each query needs one or two seeks, for logs of any length.
struct EndpointDays {
    let database: Database

    /// Returns the last quarter hour before `quarter` with a delivered attempt.
    func lastDelivered(
        _ company: Int64, _ endpoint: Int64, before quarter: Quarter
    ) throws(StorageError) -> Quarter? {
        let rows = try database.prepare(Self.lastDeliveredQuery)
        rows.bind([.integer(company), .integer(endpoint), .integer(quarter.day)])
        while try rows.step() {
            let day = rows.integer(0, in: Quarter.days)
            let hours = QuarterHours(early: rows.integer(1), late: rows.integer(2))
            let limit = day == quarter.day ? quarter.index : Int(Quarter.perDay)
            if let index = hours.last(before: limit) { return Quarter(day: day, index: index) }
        }
        return nil
    }

    /// Returns the first quarter hour at or after `quarter` with an undelivered attempt.
    func firstUndelivered(
        _ company: Int64, _ endpoint: Int64, from quarter: Quarter
    ) throws(StorageError) -> Quarter? {
        let rows = try database.prepare(Self.firstUndeliveredQuery)
        rows.bind([.integer(company), .integer(endpoint), .integer(quarter.day)])
        while try rows.step() {
            let day = rows.integer(0, in: Quarter.days)
            let hours = QuarterHours(early: rows.integer(1), late: rows.integer(2))
            let start = day == quarter.day ? quarter.index : 0
            if let index = hours.first(from: start) { return Quarter(day: day, index: index) }
        }
        return nil
    }

    /// Returns the first quarter hour at or after `quarter` with a delivered attempt.
    func firstDelivered(
        _ company: Int64, _ endpoint: Int64, from quarter: Quarter
    ) throws(StorageError) -> Quarter? {
        let rows = try database.prepare(Self.firstDeliveredQuery)
        rows.bind([.integer(company), .integer(endpoint), .integer(quarter.day)])
        while try rows.step() {
            let day = rows.integer(0, in: Quarter.days)
            let hours = QuarterHours(early: rows.integer(1), late: rows.integer(2))
            let start = day == quarter.day ? quarter.index : 0
            if let index = hours.first(from: start) { return Quarter(day: day, index: index) }
        }
        return nil
    }

    /// Returns the endpoints of a company with an undelivered attempt in a span, whose end is
    /// exclusive.
    ///
    /// The cost depends on the number of endpoints, and for those without one on the length of the
    /// span.
    func undeliveredEndpoints(
        _ company: Int64, from start: Quarter, to end: Quarter
    ) throws(StorageError) -> Set<Int64> {
        let first = QuarterHours(start.index..<Int(Quarter.perDay))
        let last = QuarterHours(0..<end.index)
        let endpoints = try database.rows(
            Self.undeliveringQuery,
            [
                .integer(company), .integer(start.day), .integer(end.day), .integer(first.early),
                .integer(first.late), .integer(last.early), .integer(last.late),
            ]
        ) { $0.integer(0) }
        return Set(endpoints)
    }

    static let lastDeliveredQuery =
        """
        SELECT day, delivered_early, delivered_late
        FROM endpoint_days INDEXED BY endpoint_days_delivered
        WHERE company = ? AND endpoint = ? AND day <= ?
            AND (delivered_early | delivered_late) > 0
        ORDER BY day DESC
        """

    static let firstDeliveredQuery =
        """
        SELECT day, delivered_early, delivered_late
        FROM endpoint_days INDEXED BY endpoint_days_delivered
        WHERE company = ? AND endpoint = ? AND day >= ?
            AND (delivered_early | delivered_late) > 0
        ORDER BY day
        """

    static let firstUndeliveredQuery =
        """
        SELECT day, undelivered_early, undelivered_late FROM endpoint_days
        WHERE company = ? AND endpoint = ? AND day >= ? ORDER BY day
        """

    /// Seeks from endpoint to endpoint, and in each to the first day of the span with a mark. Of the
    /// first and the last day only some quarter hours count.
    static let undeliveringQuery =
        """
        WITH RECURSIVE known(endpoint) AS (
            SELECT min(endpoint) FROM endpoint_days WHERE company = ?1
            UNION ALL
            SELECT (SELECT min(endpoint) FROM endpoint_days
                WHERE company = ?1 AND endpoint > known.endpoint)
            FROM known WHERE known.endpoint IS NOT NULL)
        SELECT endpoint FROM known WHERE EXISTS(
            SELECT 1 FROM endpoint_days AS days
            WHERE days.company = ?1 AND days.endpoint = known.endpoint AND day BETWEEN ?2 AND ?3
                AND ((undelivered_early & iif(day = ?2, ?4, -1) & iif(day = ?3, ?6, -1))
                    | (undelivered_late & iif(day = ?2, ?5, -1) & iif(day = ?3, ?7, -1))) <> 0)
        """
}

/// Collects the quarter hours in which endpoints had attempts, to write them once per transaction.
struct EndpointActivity {
    private struct Day: Hashable {
        var company: Int64
        var day: Int64
    }

    private struct Marks {
        var delivered = QuarterHours()
        var undelivered = QuarterHours()

        mutating func insert(_ quarter: Int, isDelivered: Bool) {
            if isDelivered { delivered.insert(quarter) } else { undelivered.insert(quarter) }
        }
    }

    /// The marks by day and endpoint. The counts of a quarter hour have many endpoints of one day.
    private var days: [Day: [Int64: Marks]] = [:]

    /// The number of collected days, over all endpoints.
    private(set) var count = 0

    mutating func note(
        company: Int64, endpoint: Int64, _ quarter: Quarter, isDelivered: Bool
    ) {
        change(Day(company: company, day: quarter.day)) { endpoints in
            endpoints[endpoint, default: Marks()].insert(quarter.index, isDelivered: isDelivered)
        }
    }

    mutating func note(_ attempt: borrowing StoredAttempt) {
        note(
            company: attempt.route.company, endpoint: attempt.route.endpoint,
            Quarter(of: attempt.finishedAt), isDelivered: attempt.outcome == .delivered)
    }

    /// Records what was added to the counts of a quarter hour.
    mutating func note(_ cells: CountCells, company: Int64, _ quarter: Quarter) {
        let index = quarter.index
        change(Day(company: company, day: quarter.day)) { endpoints in
            var last: (endpoint: Int64, isDelivered: Bool)?
            for entry in cells.entries where entry.count > 0 {
                let this = (endpoint: entry.endpoint, isDelivered: entry.outcome == .delivered)
                // Entries with the same endpoint and outcome are consecutive.
                if let last, last == this { continue }
                last = this
                endpoints[this.endpoint, default: Marks()].insert(
                    index, isDelivered: this.isDelivered)
            }
        }
    }

    /// Changes the marks of a day, and adds the number of new endpoints to the count.
    private mutating func change(_ day: Day, _ change: (inout [Int64: Marks]) -> Void) {
        func added(to endpoints: inout [Int64: Marks]) -> Int {
            let before = endpoints.count
            change(&endpoints)
            return endpoints.count - before
        }
        count += added(to: &days[day, default: [:]])
    }

    /// Adds the marks to the table, and clears them.
    mutating func write(to database: Database) throws(StorageError) {
        let add = try database.prepare(
            """
            INSERT INTO endpoint_days VALUES(?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
                delivered_early = delivered_early | excluded.delivered_early,
                delivered_late = delivered_late | excluded.delivered_late,
                undelivered_early = undelivered_early | excluded.undelivered_early,
                undelivered_late = undelivered_late | excluded.undelivered_late
            WHERE (excluded.delivered_early & ~delivered_early)
                | (excluded.delivered_late & ~delivered_late)
                | (excluded.undelivered_early & ~undelivered_early)
                | (excluded.undelivered_late & ~undelivered_late)
            """)
        for row in rows.sorted(by: Self.precedes) {
            add.bind(row.values)
            try add.run()
        }
        removeAll()
    }

    /// Returns whether the table contains all collected marks, and clears them.
    mutating func isWritten(in database: Database) throws(StorageError) -> Bool {
        let find = try database.prepare(
            """
            SELECT 1 FROM endpoint_days WHERE company = ?1 AND endpoint = ?2 AND day = ?3
                AND ?4 & ~delivered_early = 0 AND ?5 & ~delivered_late = 0
                AND ?6 & ~undelivered_early = 0 AND ?7 & ~undelivered_late = 0
            """)
        var isWritten = true
        for row in rows {
            find.bind(row.values)
            if try !find.step() { isWritten = false }
            find.reset()
        }
        removeAll()
        return isWritten
    }

    private mutating func removeAll() {
        days.removeAll(keepingCapacity: true)
        count = 0
    }

    private struct Row {
        var day: Day
        var endpoint: Int64
        var marks: Marks

        var values: [Value] {
            [
                .integer(day.company), .integer(endpoint), .integer(day.day),
                .integer(marks.delivered.early), .integer(marks.delivered.late),
                .integer(marks.undelivered.early), .integer(marks.undelivered.late),
            ]
        }
    }

    private var rows: [Row] {
        days.flatMap { day, endpoints in
            endpoints.map { Row(day: day, endpoint: $0, marks: $1) }
        }
    }

    /// The order of the table.
    private static func precedes(_ left: Row, _ right: Row) -> Bool {
        (left.day.company, left.endpoint, left.day.day)
            < (right.day.company, right.endpoint, right.day.day)
    }
}
