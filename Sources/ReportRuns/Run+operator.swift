import Addresses
import Mail
import SQLite
import Settings

extension Run {
    /// Tells the operator, in one mail, of all mails that were given up since it was last told.
    ///
    /// Without an operator they count as told, so that naming one later does not bring up old
    /// ones.
    func tellOperator() throws(DatabaseError) {
        let givenUp = try ledger.givenUpUntold()
        guard !givenUp.isEmpty else { return }
        if let address = configuration.operatorAddress {
            guard tell(givenUp, to: address) else { return }
        }
        try ledger.recordOperatorTold(givenUp.map(\.delivery))
    }

    private func tell(_ givenUp: [GivenUp], to address: Mailbox) -> Bool {
        let reply: String
        do {
            let bytes = try composer.mails.operatorMessage(givenUp, to: address, at: clock())
                .bytes()
            let sender = configuration.mail.from.address
            let result = transport.deliver(bytes, from: sender, to: address.address) { true }
            if case .accepted = result {
                tell(.operatorTold(address: address.address, count: givenUp.count))
                return true
            }
            reply = "\(result.reply)"
        } catch {
            reply = "\(error)"
        }
        tell(.operatorNotTold(address: address.address, reply: reply))
        return false
    }
}
