import CivilTime
import Mail
import SQLite
import Scheduling
import Settings

extension Run {
    /// Sends every mail that waits and was not tried in this run, oldest report first.
    ///
    /// - Parameter unclaimed: how many mails will follow.
    func sendWaiting(_ sending: inout SendingProgress, before unclaimed: Int = 0)
        throws(DatabaseError)
    {
        guard !sending.isOver else { return }
        let due = try ledger.dueDeliveries(now: clock()).filter { !sending.tried.contains($0) }
        sending.tried.formUnion(due)
        sending.isOver = try !send(due, &sending.pace, before: unclaimed)
    }

    /// Tries deliveries; false when no others are to be tried in this run.
    func send(
        _ due: [Int64], _ pace: inout SendingPace, before unclaimed: Int = 0
    ) throws(DatabaseError) -> Bool {
        var rest = due[...]
        var announced = rest.prefix(0)
        pace.goOn(at: clock())
        while let id = rest.first {
            if announced.isEmpty {
                let now = clock()
                announced = rest.prefix(pace.handful(at: now))
                try ledger.announce(announced, now: now)
            }
            rest = rest.dropFirst()
            announced = announced.dropFirst()
            guard try send(id, isLast: rest.isEmpty, before: rest.count + unclaimed) else {
                try ledger.withdraw(announced)
                return false
            }
        }
        pace.pause(at: clock())
        return true
    }

    /// Tries one delivery; false when no other is to be tried in this run.
    private func send(
        _ id: Int64, isLast: Bool, before waiting: Int
    ) throws(DatabaseError) -> Bool {
        guard let delivery = try ledger.lease(id, owner: owner, now: clock()) else { return true }
        let result = transport.deliver(
            delivery.message, from: delivery.sender, to: delivery.address
        ) {
            // A lease that was lost, or a mark that cannot be set, keeps the mail back.
            (try? ledger.markHandingOver(id, owner: owner, now: clock())) ?? false
        }
        if case .misconfigured(let reply) = result {
            try stop(at: delivery, "\(reply)", waiting: waiting + 1)
            return false
        }
        let isEnd = isLast || result.isUnreachable
        try record(result, of: delivery, durable: isEnd ? .now : .deferred)
        guard result.isUnreachable else { return true }
        // Nobody answers: to ask again for every mail would only take the time limit as often.
        if waiting > 0 { tell(.unreachable(reply: "\(result.reply)", waiting: waiting)) }
        return false
    }

    private func record(
        _ result: DeliveryResult, of delivery: LeasedDelivery, durable: Durability
    ) throws(DatabaseError) {
        let now = clock()
        let outcome = DeliveryVerdict(result, of: delivery, at: now)
        let isOurs = try ledger.finish(
            delivery, owner: owner, as: outcome.state, reply: outcome.reply,
            nextAttempt: outcome.next, now: now, durable: durable)
        if isOurs { tell(outcome.event(subject(of: delivery), delivery.address)) }
    }

    /// The server refuses us, not a mail: nothing more is tried in this run, nothing is lost.
    private func stop(
        at delivery: LeasedDelivery, _ reply: String, waiting: Int
    ) throws(DatabaseError) {
        let next = ReportRetryRule.nextAttempt(after: delivery.attempts, at: clock())
        try ledger.putBack(delivery, owner: owner, reply: reply, until: next)
        tell(.stopped(reply: reply, waiting: waiting))
    }
}

/// How far the sending of a run has come.
struct SendingProgress {
    var pace = SendingPace()
    /// What was refused for now is for another run.
    var tried: Set<Int64> = []
    /// The server refuses us or is not there.
    var isOver = false
}

extension DeliveryResult {
    /// Whether there was no server to talk to.
    fileprivate var isUnreachable: Bool {
        guard case .deferred(let reply) = self else { return false }
        return reply.phase == .connection || reply.phase == .greeting
    }
}

/// What a server's answer means for a delivery.
private struct DeliveryVerdict {
    var state: DeliveryState
    var reply: String
    var next: Instant?

    init(_ result: DeliveryResult, of delivery: LeasedDelivery, at now: Instant) {
        switch result {
        case .accepted(let reply): self.init(.accepted, "\(reply)")
        case .rejected(let reply): self.init(.rejected, "\(reply)")
        case .deferred(let reply), .misconfigured(let reply):
            self.init(.deferred, "\(reply)", of: delivery, at: now)
        case .uncertain(let reply): self.init(.uncertain, "\(reply)", of: delivery, at: now)
        }
    }

    private init(_ state: DeliveryState, _ reply: String) {
        self.state = state
        self.reply = reply
    }

    /// The last attempt is the one at the end of the time for which the report is of use.
    private init(
        _ state: DeliveryState, _ reply: String, of delivery: LeasedDelivery, at now: Instant
    ) {
        // A first attempt in the future was made by a clock that was ahead.
        let first = min(delivery.firstAttempt, now)
        let expiry = ReportRetryRule.expiry(of: delivery.frequency, from: first)
        self.init(now < expiry ? state : .expired, reply)
        guard now < expiry else { return }
        next = min(expiry, ReportRetryRule.nextAttempt(after: delivery.attempts, at: now))
    }

    func event(_ subject: RunEvent.Subject, _ address: String) -> RunEvent {
        switch (state, next) {
        case (.uncertain, let next?):
            .uncertain(subject, address: address, reply: reply, next: next)
        case (_, let next?): .deferred(subject, address: address, reply: reply, next: next)
        case (.accepted, _): .delivered(subject, address: address, reply: reply)
        case (.rejected, _): .rejected(subject, address: address, reply: reply)
        default: .expired(subject, address: address, reply: reply)
        }
    }
}
