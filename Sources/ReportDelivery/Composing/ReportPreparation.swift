import CivilTime
import Dispatch
import StorageErrors
import Synchronization

/// Prepares due reports and their emails on another thread.
final class ReportPreparation: Sendable {
    private let reports = Mutex<Result<[PreparedReport], StorageError>>(.success([]))
    private let isDone = DispatchSemaphore(value: 0)
    /// The number of emails, if no report is skipped.
    let mails: Int
    let isEmpty: Bool

    /// Starts the preparation immediately.
    ///
    /// - Parameter path: The path of the database. The thread opens its own connection.
    init(_ due: [DueReport], from path: String, by composer: ReportComposer, at now: Instant) {
        isEmpty = due.isEmpty
        mails = due.reduce(0) { $0 + $1.mails }
        guard !isEmpty else { return }
        let (mails, tzVersion) = (composer.mails, composer.tzVersion)
        DispatchQueue.global().async { [self] in
            let prepared = Result { () throws(StorageError) in
                try ReportSnapshotReader(path, mails, tzVersion: tzVersion, now: now).drafts(due)
                    .map { $0.prepared(by: mails) }
            }
            reports.withLock { $0 = prepared }
            isDone.signal()
        }
    }

    /// Waits until the reports are prepared and returns them. Call this once.
    func finished() throws(StorageError) -> [PreparedReport] {
        if !isEmpty { isDone.wait() }
        return try reports.withLock { $0 }.get()
    }
}
