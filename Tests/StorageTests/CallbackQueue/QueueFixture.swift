import CivilTime
import DeliveryLog
import SQL
import Storage
import StorageErrors
import TestSupport

/// A queue with a clock that only the test moves.
final class QueueFixture {
    static let start = Instant(seconds: 1_760_000_000)

    let directory: TemporaryDirectory
    let log: AttemptLog
    let queue: CallbackQueue
    var now = QueueFixture.start

    init() throws {
        directory = try TemporaryDirectory()
        log = try AttemptLog(Database(path: directory.path(of: "callbacks.db")))
        queue = try CallbackQueue(in: log)
    }

    /// Room for `all` callbacks, and for `endpoint` of each endpoint.
    struct Places: ClaimCapacity {
        var all = 1000
        var endpoint = 1000

        func available(for speed: EndpointSpeed) -> Int { speed == .fresh ? all : 0 }
        func available(for group: FairnessGroup) -> Int { all }
        func available(for endpoint: Int64, _ speed: EndpointSpeed) -> Int { self.endpoint }
        func bytes(for company: String) -> Int { .max }
        mutating func add(_ claim: Claim) { all -= 1 }
    }

    /// Queues callbacks, and returns for each whether it is new. Empty if nothing was accepted.
    @discardableResult
    func accept(_ ids: String..., profile: String = "IN_a") throws -> [Bool] {
        let callbacks = ids.map {
            NewCallback(
                company: "HA", callbackID: $0, target: .profile(profile), channel: "sms",
                event: "SMS-sent", variables: "{}")
        }
        guard case .taken(let areNew) = try queue.accept(callbacks, now: now) else { return [] }
        return areNew
    }

    func claims(_ room: some ClaimCapacity = Places(), owner: Int64 = 1) throws -> [Claim] {
        try queue.claim(room, owner: owner, now: now, dueBy: now)
    }

    /// Claims callbacks, and returns their IDs.
    func claim(_ room: some ClaimCapacity = Places(), owner: Int64 = 1) throws -> [String] {
        try claims(room, owner: owner).map(\.callback.callbackID)
    }

    /// Records the results of attempts that sent nothing.
    func finish(
        _ results: [(claim: Claim, reason: Reason?, next: Instant?)], owner: Int64 = 1
    ) throws {
        let finished = results.map {
            FinishedAttempt(
                claim: $0.claim, at: now, nextAttempt: $0.next, reason: $0.reason,
                endpointIsGone: false, status: nil, method: nil, origin: nil, wasSent: false,
                exchange: ExchangeRecord())
        }
        try log.write { (writer) throws(StorageError) in
            try queue.finish(finished, owner: owner, &writer)
        }
    }

    func state(_ id: String) throws -> CallbackState? {
        try queue.entry(id, company: "HA")?.state
    }

    func nextWork(owner: Int64 = 1) throws -> Instant? {
        try queue.nextWork(now: now, owner: owner)
    }
}
