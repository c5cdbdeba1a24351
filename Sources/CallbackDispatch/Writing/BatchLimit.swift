import Storage
import Synchronization

/// The number of results that a dispatcher has not recorded yet, for other threads.
package final class UnrecordedResults: Sendable {
    private let number = Atomic(0)

    package init() {}

    package var count: Int { number.load(ordering: .relaxed) }

    func set(_ count: Int) { number.store(count, ordering: .relaxed) }
}

/// Limits what one transaction of a dispatcher writes while several companies send.
///
/// The results of one company must not delay the claims of another. A transaction therefore takes
/// results of all companies in turn, and so many that it takes about ``target``. If only one
/// company sends, no other company can be delayed, and the faster, largest batches are used.
struct BatchLimit {
    private(set) var size = BatchLimit.maxSize
    /// When each company last had a claim.
    private var lastSeen: [String: ContinuousClock.Instant] = [:]

    static let maxSize = 512
    static let minSize = 16
    /// How long a transaction may keep others from writing.
    static let target = Duration.milliseconds(25)
    /// How long a company counts after its last claim.
    private static let memory = Duration.seconds(10)

    private var isShared: Bool { lastSeen.count > 1 }

    /// The maximum number of new claims, or nil for no limit.
    var claims: Int? { isShared ? 2 * size : nil }

    /// Returns the results to write now, and the others.
    func split(_ finished: [FinishedAttempt]) -> (now: [FinishedAttempt], later: [FinishedAttempt])
    {
        guard isShared, finished.count > size else { return (finished, []) }
        var turns: [String: Int] = [:]
        // The n-th result of each company has its turn before the next one of any.
        let order = finished.enumerated().map { index, attempt in
            let company = attempt.claim.callback.company
            let turn = turns[company, default: 0]
            turns[company] = turn + 1
            return (turn: turn, index: index)
        }.sorted { ($0.turn, $0.index) < ($1.turn, $1.index) }
        let chosen = Set(order.prefix(size).map(\.index))
        return (
            now: finished.indices.filter(chosen.contains).map { finished[$0] },
            later: finished.indices.filter { !chosen.contains($0) }.map { finished[$0] }
        )
    }

    /// Adapts the size to the duration of a transaction.
    mutating func note(
        _ duration: Duration, of batch: WriteBatch, _ claims: [Claim],
        at now: ContinuousClock.Instant = .now
    ) {
        for claim in claims { lastSeen[claim.callback.company] = now }
        lastSeen = lastSeen.filter { now - $0.value < Self.memory }
        let count = batch.finished.count + claims.count
        if duration > Self.target {
            let fitting = Double(count) * (Self.target / duration)
            size = min(size, max(Self.minSize, Int(fitting)))
        } else if count >= size / 2, duration * 2 < Self.target {
            size = min(Self.maxSize, size * 2)
        }
    }
}
