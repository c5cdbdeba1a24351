import DeliveryLog
import Synchronization

/// Caches the numbers of dimensions that are on disk. A frequent writer need not look them up
/// again, and batches can be prepared with them on any thread.
package final class DimensionCache: Sendable {
    struct State {
        var numbers: [AttemptDimensions: StoredDimensions] = [:]
        /// The schema version under which they are valid, because a restored backup may not contain
        /// them.
        var schema: Int64?
        /// Of the file; nil while none of its transactions was seen.
        var hasher: CallbackHasher?
    }

    private let last = Mutex(State())
    /// Limits the memory of a long-running process.
    private static let maximum = 10_000

    init() {}

    var state: State { last.withLock { $0 } }

    /// Returns the cached numbers if they are valid for a schema version.
    func state(under schema: Int64) -> State {
        let state = state
        return state.schema == schema ? state : State(schema: schema)
    }

    /// Replaces the cache after a transaction has committed.
    func replace(with state: State) {
        last.withLock { last in
            last = state
            if state.numbers.count > Self.maximum { last.numbers = [:] }
        }
    }
}
