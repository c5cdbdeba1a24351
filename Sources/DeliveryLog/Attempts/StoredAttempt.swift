import CivilTime
import SQLite

/// A row of the table of attempts, its words replaced by their numbers.
struct StoredAttempt {
    var company: Int64
    var finishedAt: Instant
    var callbackID: String
    var number: Int
    var outcome: Outcome
    var superseded = false
    var reason: Reason?
    var status: Int?
    var profile: Int64?
    var channel: Int64?
    var event: Int64?
    var method: Int64?
    var origin: Int64?
    var duration: Int?

    init(_ attempt: Attempt, names: inout NameTable) throws(DatabaseError) {
        company = try names.company(attempt.company)
        finishedAt = attempt.finishedAt
        callbackID = attempt.callbackID
        number = attempt.number
        outcome = attempt.outcome
        reason = attempt.reason
        status = attempt.status
        profile = try names.profile(attempt.profileID, of: company)
        channel = try names.label(attempt.channel)
        event = try names.label(attempt.event)
        method = try names.label(attempt.method)
        origin = try names.label(attempt.origin)
        duration = attempt.durationMilliseconds
    }

    /// Where in time it stands among the attempts of its callback: later ones compare greater.
    var rank: AttemptRank { AttemptRank(number: number, finishedAt: finishedAt) }

    /// The cell in which its callback is counted when it is the latest attempt.
    var countKey: CountKey {
        CountKey(profile: profile ?? 0, channel: channel ?? 0, outcome: outcome, reason: reason)
    }

    /// Binds all columns, in the order of ``columns``.
    func bind(to statement: borrowing Statement) {
        statement.bind(company, at: 1)
        statement.bind(finishedAt.milliseconds, at: 2)
        statement.bind(callbackID, at: 3)
        statement.bind(number, at: 4)
        statement.bind(outcome.rawValue, at: 5)
        statement.bind(superseded ? 1 : 0, at: 6)
        statement.bind(Value(reason?.rawValue), at: 7)
        statement.bind(Value(status), at: 8)
        statement.bind(Value(profile), at: 9)
        statement.bind(Value(channel), at: 10)
        statement.bind(Value(event), at: 11)
        statement.bind(Value(method), at: 12)
        statement.bind(Value(origin), at: 13)
        statement.bind(Value(duration), at: 14)
    }

    static let columns =
        """
        company, finished_at, callback_id, attempt, outcome, superseded, reason, status, profile, \
        channel, event, method, origin, duration
        """
}

/// The order of the attempts of one callback: by number, then by the time they finished.
struct AttemptRank: Hashable, Comparable {
    var number: Int
    var finishedAt: Instant

    static func < (left: AttemptRank, right: AttemptRank) -> Bool {
        (left.number, left.finishedAt) < (right.number, right.finishedAt)
    }
}
