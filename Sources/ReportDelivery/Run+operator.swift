import Addresses
import CivilTime
import Mail
import Settings
import Storage
import StorageErrors

extension Run {
    /// Reports all emails that failed permanently since the last notice to the operator, in one
    /// mail.
    ///
    /// If the operator's address refuses the notice, a temporary failure is retried like any other
    /// email and a permanent failure after a day. A changed address is tried at once. Without an
    /// operator address, the failures count as reported, so that configuring one later does not
    /// bring up old failures.
    func notifyOperator() throws(StorageError) {
        let failed = try ledger.unreportedFailures()
        guard !failed.isEmpty else { return }
        guard let operatorAddress = configuration.operatorAddress else {
            return try ledger.recordOperatorNotified(failed.map(\.delivery))
        }
        let address = operatorAddress.address
        let refusal = try ledger.operatorRefusal(of: address)
        if let refusal, isEarlier(than: refusal.next) { return }
        switch notify(failed, to: operatorAddress) {
        case nil:
            try ledger.recordOperatorNotified(failed.map(\.delivery))
            emit(.operatorNotified(address: address, count: failed.count))
        case let refused?:
            let attempts = (refusal?.attempts ?? 0) + 1
            let next =
                refused.isFinal
                ? clock().advanced(seconds: Self.dayInSeconds)
                : ReportRetryRule.nextAttempt(after: attempts, at: clock())
            try ledger.recordOperatorRefusal(by: address, attempts: attempts, next: next)
            emit(
                .operatorNoticeFailed(
                    address: address, reply: refused.reply, next: next, isFinal: refused.isFinal))
        }
    }

    private static let dayInSeconds: Int64 = 86_400

    /// Whether the next attempt is still in the future. A time more than a day ahead was set before
    /// the clock was set back and is ignored.
    private func isEarlier(than next: Instant) -> Bool {
        let now = clock()
        return now < next && next <= now.advanced(seconds: Self.dayInSeconds)
    }

    private struct NoticeFailure {
        let reply: String
        /// Whether the server refused the notice permanently.
        let isFinal: Bool
    }

    /// Sends the notice. Returns nil if the server accepted it.
    private func notify(_ failed: [FailedMail], to address: Mailbox) -> NoticeFailure? {
        do {
            let bytes = try composer.mails.operatorMessage(failed, to: address, at: clock())
                .bytes()
            let sender = configuration.mail.from.address
            let result = transport.deliver(bytes, from: sender, to: address.address) { true }
            switch result {
            case .accepted: return nil
            case .rejected(let reply): return NoticeFailure(reply: "\(reply)", isFinal: true)
            default: return NoticeFailure(reply: "\(result.reply)", isFinal: false)
            }
        } catch {
            return NoticeFailure(reply: "\(error)", isFinal: false)
        }
    }
}
