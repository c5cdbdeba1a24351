import CivilTime
import DeliveryLog
import SQL

/// A row of the table of attempts.
struct StoredAttempt {
    /// The row ID, or 0 until it is assigned.
    var place: Int64 = 0
    var route: StoredDimensions
    /// The values of the dimensions, or `nil` for a row that was read.
    var words: AttemptDimensions?
    var callbackID: String
    var number: Int
    var finishedAt: Instant
    var outcome: Outcome
    var supersession = Supersession.only
    var reason: Reason?
    var status: Int?
    var duration: Int?

    init(_ attempt: Attempt, route: StoredDimensions) {
        self.route = route
        words = attempt.route
        callbackID = attempt.callbackID
        number = attempt.number
        finishedAt = attempt.finishedAt
        outcome = attempt.outcome
        reason = attempt.reason
        status = attempt.status
        duration = attempt.durationMilliseconds
    }

    /// The attempt as it was recorded, or `nil` for a row that was read.
    var original: Attempt? {
        words.map {
            Attempt(
                route: $0, callbackID: callbackID, number: number, finishedAt: finishedAt,
                outcome: outcome, reason: reason, status: status, durationMilliseconds: duration)
        }
    }

    /// The rank among the attempts at its callback. Later attempts compare greater.
    var rank: AttemptRank { AttemptRank(number: number, finishedAt: finishedAt) }

    /// The cell in which its callback is counted when it is the latest attempt.
    var countKey: CountKey {
        CountKey(
            endpoint: route.endpoint, channel: route.channel, outcome: outcome, reason: reason)
    }

    /// Binds ``columns`` to the parameters after the first `count`.
    func bind(to statement: borrowing Statement, after count: Int) {
        let first = Int32(count)
        statement.bind(route.company, at: first + 1)
        statement.bind(route.id, at: first + 2)
        statement.bind(callbackID, at: first + 3)
        statement.bind(number, at: first + 4)
        statement.bind(finishedAt.milliseconds, at: first + 5)
        statement.bind(outcome.rawValue, at: first + 6)
        statement.bind(supersession.rawValue, at: first + 7)
        statement.bind(reason?.rawValue, at: first + 8)
        statement.bind(status, at: first + 9)
        statement.bind(duration, at: first + 10)
    }

    /// The number of ``columns``.
    static let width = 10

    /// All columns except the row ID.
    static let columns =
        """
        company, route, callback_id, attempt, finished_at, outcome, standing, reason, status, \
        duration
        """
}

extension StoredAttempt {
    /// Decodes a row of ``query``.
    init(row: borrowing Statement) {
        place = row.integer(0)
        route = StoredDimensions(
            id: row.integer(2), company: row.integer(1),
            endpoint: row.integer(11, in: 0...(1 << 62)),
            channel: row.integer(12, in: 0...Int64(CountEntry.channels - 1)))
        callbackID = row.text(3)
        number = row.int(4)
        finishedAt = row.instant(5)
        outcome = Outcome(rawValue: row.int(6, in: Outcome.stored)) ?? .failed
        supersession = Supersession(rawValue: row.int(7, in: 0...2)) ?? .only
        reason = row.optionalInt(8, in: Reason.stored).flatMap(Reason.init(rawValue:))
        status = row.optionalInt(9)
        duration = row.optionalInt(10)
    }

    /// A query for all columns, with what the dimensions add. A WHERE clause may follow.
    static let query =
        """
        SELECT place, \(columns.split(separator: ", ").map { "attempts." + $0 }.joined(separator: ", ")),
            routes.endpoint, routes.channel
        FROM attempts JOIN routes ON routes.id = attempts.route
        """
}

/// The rows of several batches with consecutive numbers, without copying them.
struct ConcatenatedBatches {
    private var groups: [[StoredAttempt]]
    /// The number of the first row of each batch.
    let starts: [Int]
    let count: Int

    init(_ groups: [[StoredAttempt]]) {
        var starts: [Int] = []
        var count = 0
        for group in groups {
            starts.append(count)
            count += group.count
        }
        (self.groups, self.starts, self.count) = (groups, starts, count)
    }

    subscript(number: Int) -> StoredAttempt {
        // Yielded, because copying a row would update its reference counts.
        _read {
            let group = group(of: number)
            yield groups[group][number - starts[group]]
        }
        _modify {
            let group = group(of: number)
            yield &groups[group][number - starts[group]]
        }
    }

    /// A linear search, because there are few batches.
    private func group(of number: Int) -> Int {
        var group = starts.count - 1
        while starts[group] > number { group -= 1 }
        return group
    }
}
