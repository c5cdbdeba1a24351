import DeliveryLog
import SQLite

/// Checks callbacks that have several attempts.
struct SupersessionCheck {
    let database: Database

    /// Whether of each just the attempt with the highest rank is its latest.
    func isGood() throws(DatabaseError) -> Bool {
        let attempts = try database.prepare(
            """
            SELECT company, callback_id, standing FROM attempts INDEXED BY attempts_by_callback
            WHERE standing > 0 ORDER BY company, callback_id, attempt, finished_at
            """)
        var last: (company: Int64, id: String, standing: Int)?
        var isGood = true
        while try attempts.step() {
            let this = (attempts.integer(0), attempts.text(1), attempts.int(2))
            let goesOn = last.map { ($0.company, $0.id) == (this.0, this.1) } ?? false
            // One is superseded exactly when the next one is of the same callback, and the
            // latest of a callback comes after another one.
            if let last, goesOn != (last.standing == Supersession.superseded.rawValue) {
                isGood = false
            }
            if !goesOn, this.2 == Supersession.latest.rawValue { isGood = false }
            last = this
        }
        return isGood && last.map { $0.standing == Supersession.latest.rawValue } ?? true
    }
}
