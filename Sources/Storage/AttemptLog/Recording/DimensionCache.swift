import DeliveryLog
import Synchronization

/// The numbers of routes that are on the disk: whoever writes often need not look for them
/// again, and whoever prepares what is to be written knows them on any thread.
package final class DimensionCache: Sendable {
    struct State {
        var numbers: [AttemptDimensions: StoredDimensions] = [:]
        /// Under which they are known: a backup that was restored need not have them.
        var schema: Int64?
    }

    private let last = Mutex(State())
    /// Bounds the memory of a process that runs for long.
    private static let most = 10_000

    init() {}

    var state: State { last.withLock { $0 } }

    /// What is known while the schema has a number.
    func state(under schema: Int64) -> State {
        let state = state
        return state.schema == schema ? state : State(schema: schema)
    }

    /// Takes what a transaction that was committed has found and made.
    func replace(with state: State) {
        last.withLock { last in
            last = state
            if state.numbers.count > Self.most { last.numbers = [:] }
        }
    }
}
