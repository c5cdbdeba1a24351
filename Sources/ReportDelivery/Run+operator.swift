import Addresses
import CivilTime
import Mail
import SQLite
import Settings

extension Run {
    /// Tells the operator, in one mail, of all mails that were given up since it was last told.
    ///
    /// An address that refuses is not asked by every run: after a temporary failure it waits like
    /// any mail, after a permanent one for a day. Another address is asked at once. Without an
    /// operator they count as told, so that naming one later does not bring up old ones.
    func tellOperator() throws(DatabaseError) {
        let givenUp = try ledger.givenUpUntold()
        guard !givenUp.isEmpty else { return }
        guard let operatorAddress = configuration.operatorAddress else {
            return try ledger.recordOperatorTold(givenUp.map(\.delivery))
        }
        let address = operatorAddress.address
        let refusal = try ledger.operatorRefusal(of: address)
        if let refusal, isEarlier(than: refusal.next) { return }
        switch tell(givenUp, to: operatorAddress) {
        case nil:
            try ledger.recordOperatorTold(givenUp.map(\.delivery))
            tell(.operatorTold(address: address, count: givenUp.count))
        case let refused?:
            let attempts = (refusal?.attempts ?? 0) + 1
            let next =
                refused.isFinal
                ? clock().advanced(seconds: Self.dayInSeconds)
                : ReportRetryRule.nextAttempt(after: attempts, at: clock())
            try ledger.recordOperatorRefusal(by: address, attempts: attempts, next: next)
            tell(
                .operatorNotTold(
                    address: address, reply: refused.reply, next: next, isFinal: refused.isFinal))
        }
    }

    private static let dayInSeconds: Int64 = 86_400

    /// A time that is further away than any wait is that of a clock which was put back.
    private func isEarlier(than next: Instant) -> Bool {
        let now = clock()
        return now < next && next <= now.advanced(seconds: Self.dayInSeconds)
    }

    private struct Refused {
        let reply: String
        /// Whether the server says that it is no use to ask again.
        let isFinal: Bool
    }

    /// Nil when the server took the mail.
    private func tell(_ givenUp: [GivenUp], to address: Mailbox) -> Refused? {
        do {
            let bytes = try composer.mails.operatorMessage(givenUp, to: address, at: clock())
                .bytes()
            let sender = configuration.mail.from.address
            let result = transport.deliver(bytes, from: sender, to: address.address) { true }
            switch result {
            case .accepted: return nil
            case .rejected(let reply): return Refused(reply: "\(reply)", isFinal: true)
            default: return Refused(reply: "\(result.reply)", isFinal: false)
            }
        } catch {
            return Refused(reply: "\(error)", isFinal: false)
        }
    }
}
