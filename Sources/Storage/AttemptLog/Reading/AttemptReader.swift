import CivilTime
import DeliveryLog
import SQL

/// Decodes rows of the table of attempts, with the values that they refer to.
enum AttemptReader {
    /// A query for all fields. A WHERE clause on the columns of `attempts` may follow.
    static let select =
        """
        SELECT (SELECT sid FROM companies WHERE id = attempts.company), callback_id, attempt,
            finished_at, outcome, reason, status,
            (SELECT profile_id FROM profiles WHERE id = profile),
            (SELECT text FROM labels WHERE id = channel),
            (SELECT text FROM labels WHERE id = event),
            (SELECT text FROM labels WHERE id = method),
            (SELECT text FROM labels WHERE id = origin), duration
        FROM attempts JOIN routes ON routes.id = attempts.route
        """

    /// Decodes the current row of the query.
    static func attempt(_ row: borrowing Statement) -> Attempt {
        Attempt(
            company: row.text(0), callbackID: row.text(1), number: row.int(2),
            finishedAt: row.instant(3),
            outcome: Outcome(rawValue: row.int(4, in: Outcome.stored)) ?? .failed,
            reason: row.optionalInt(5, in: Reason.stored).flatMap(Reason.init(rawValue:)),
            status: row.optionalInt(6), profileID: row.optionalText(7),
            channel: row.optionalText(8), event: row.optionalText(9),
            method: row.optionalText(10), origin: row.optionalText(11),
            durationMilliseconds: row.optionalInt(12))
    }
}
