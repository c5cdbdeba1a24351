package import CivilTime

/// A callback that this process may send until its lease ends.
package struct Claim: Hashable, Sendable {
    /// Its row in the queue.
    package let id: Int64
    package var callback: NewCallback
    /// The number of the attempt, counted from 1 over all attempts at this callback.
    package let attempt: Int
    /// How many attempts may be made, this one among them.
    package let triesLeft: Int
    package let due: Instant
    package var leaseUntil: Instant
    package let lane: Int64
    package let pace: EndpointSpeed
}

/// Whose callbacks one process may take, and how many.
protocol ClaimRoom {
    /// How many of all lanes of that pace.
    func room(for pace: EndpointSpeed) -> Int

    /// How many of one company at one pace.
    func room(for party: Party) -> Int

    /// How many of one lane.
    func room(for lane: Int64, _ pace: EndpointSpeed) -> Int

    /// How many bytes of one company; one callback may go beyond it.
    func bytes(for company: String) -> Int

    /// Notes that it was taken.
    mutating func add(_ claim: Claim)
}

extension Claim {
    /// About what it takes in memory.
    var bytes: Int { 512 + callback.variables.utf8.count }
}
