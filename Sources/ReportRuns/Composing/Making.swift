import Dispatch
import Synchronization

/// Reports whose mails are being made on another thread.
final class Making: Sendable {
    private let reports = Mutex<[MadeReport]>([])
    private let isDone = DispatchSemaphore(value: 0)
    /// How many mails will be made.
    let mails: Int
    private let isEmpty: Bool

    /// Begins at once.
    init(_ drafts: [Draft], by composer: MailComposer) {
        isEmpty = drafts.isEmpty
        mails = drafts.reduce(0) { $0 + $1.mails }
        guard !isEmpty else { return }
        DispatchQueue.global().async { [self] in
            let made = drafts.map { $0.made(by: composer) }
            reports.withLock { $0 = made }
            isDone.signal()
        }
    }

    /// Waits for them; to be asked once.
    func finished() -> [MadeReport] {
        if !isEmpty { isDone.wait() }
        return reports.withLock { $0 }
    }
}
