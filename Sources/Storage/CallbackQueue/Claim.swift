package import CivilTime
import DeliveryLog
import TextSupport

/// A callback that this process may send until its lease expires.
package struct Claim: Hashable, Sendable {
    /// The row ID in the queue.
    package let id: Int64
    package var callback: NewCallback
    /// The number of this attempt, counted from 1 over all attempts at the callback.
    package let attempt: Int
    /// How many attempts remain, including this one.
    package let triesLeft: Int
    package let due: Instant
    package var leaseUntil: Instant
    package let endpoint: Int64
    package let speed: EndpointSpeed

    package init(
        id: Int64, callback: NewCallback, attempt: Int, triesLeft: Int, due: Instant,
        leaseUntil: Instant, endpoint: Int64, speed: EndpointSpeed
    ) {
        self.id = id
        self.callback = callback
        self.attempt = attempt
        self.triesLeft = triesLeft
        self.due = due
        self.leaseUntil = leaseUntil
        self.endpoint = endpoint
        self.speed = speed
    }
}

/// Limits how many callbacks one process may claim, by speed, company and endpoint.
package protocol ClaimCapacity {
    /// Returns how many more claims of one speed fit.
    func available(for speed: EndpointSpeed) -> Int

    /// Returns how many more claims of one company at one speed fit.
    func available(for group: FairnessGroup) -> Int

    /// Returns how many more claims of one endpoint fit.
    func available(for endpoint: Int64, _ speed: EndpointSpeed) -> Int

    /// Returns how many more bytes one company may claim. The last callback may exceed it.
    func bytes(for company: String) -> Int

    /// Counts a new claim.
    mutating func add(_ claim: Claim)
}

extension Claim {
    package var group: FairnessGroup { FairnessGroup(company: callback.company, speed: speed) }

    /// The approximate memory that the claim uses, in bytes.
    package var bytes: Int { 512 + callback.variables.utf8.count }
}

/// The speed of an endpoint's last response. The raw values are stored.
///
/// Slower endpoints get fewer slots, so that they never occupy all of them.
package enum EndpointSpeed: Int, CaseIterable, Sendable {
    /// No response yet.
    case fresh = 0
    case steady = 1
    case slow = 2

    /// An endpoint whose last response took longer than this is slow. In microseconds.
    private static let timeout = 2_000_000

    /// Classifies an endpoint by the duration of its last exchange, in microseconds.
    package init(microseconds: Int) {
        self = microseconds < Self.timeout ? .steady : .slow
    }
}

/// The endpoints of one company in the same speed class. They share slots.
package struct FairnessGroup: Hashable, Sendable {
    package var company: String
    package var speed: EndpointSpeed

    package init(company: String, speed: EndpointSpeed) {
        self.company = company
        self.speed = speed
    }
}
