import DeliveryLog
import SQL
import StorageErrors

/// Checks callbacks with several attempts.
struct SupersessionCheck {
    let database: Database

    /// Returns whether exactly the attempt with the highest rank is marked as the latest of each
    /// callback.
    func isGood() throws(StorageError) -> Bool {
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
            // An attempt is superseded if and only if the next one belongs to the same callback.
            // The latest attempt of a callback follows another one.
            if let last, goesOn != (last.standing == Supersession.superseded.rawValue) {
                isGood = false
            }
            if !goesOn, this.2 == Supersession.latest.rawValue { isGood = false }
            last = this
        }
        return isGood && last.map { $0.standing == Supersession.latest.rawValue } ?? true
    }
}
