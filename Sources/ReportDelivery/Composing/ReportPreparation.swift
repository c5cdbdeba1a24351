import CivilTime
import Dispatch
import SQLite
import Synchronization

/// Due reports that are drawn, and whose mails are made, on another thread.
final class ReportPreparation: Sendable {
    private let reports = Mutex<Result<[PreparedReport], DatabaseError>>(.success([]))
    private let isDone = DispatchSemaphore(value: 0)
    /// How many mails there will be, unless some are skipped.
    let mails: Int
    let isEmpty: Bool

    /// Begins at once.
    ///
    /// - Parameter path: of the database, to which the thread has a connection of its own.
    init(_ due: [DueReport], from path: String, by composer: ReportComposer, at now: Instant) {
        isEmpty = due.isEmpty
        mails = due.reduce(0) { $0 + $1.mails }
        guard !isEmpty else { return }
        let (mails, tzVersion) = (composer.mails, composer.tzVersion)
        DispatchQueue.global().async { [self] in
            let made = Result { () throws(DatabaseError) in
                try ReportSnapshotReader(path, mails, tzVersion: tzVersion, now: now).drafts(due)
                    .map { $0.made(by: mails) }
            }
            reports.withLock { $0 = made }
            isDone.signal()
        }
    }

    /// Waits for them; to be asked once.
    func finished() throws(DatabaseError) -> [PreparedReport] {
        if !isEmpty { isDone.wait() }
        return try reports.withLock { $0 }.get()
    }
}
