import Dispatch
import Synchronization

/// Hands items from one thread to another, one by one: while one is in use, the next is made.
final class Handover<Item: Sendable>: Sendable {
    private struct State {
        var item: Item?
        var isClosed = false
    }

    private let state = Mutex(State())
    private let given = DispatchSemaphore(value: 0)
    private let wanted = DispatchSemaphore(value: 0)

    /// Gives an item, once the one before is done with; false when nobody takes any more.
    func give(_ item: Item) -> Bool {
        wanted.wait()
        let isTaken = state.withLock { state in
            if !state.isClosed { state.item = item }
            return !state.isClosed
        }
        if isTaken { given.signal() }
        return isTaken
    }

    /// The next item, once there is one; the one before is done with.
    func take() -> Item? {
        wanted.signal()
        given.wait()
        return state.withLock { state in
            defer { state.item = nil }
            return state.item
        }
    }

    /// Takes no more items, and lets a giver that waits know.
    func close() {
        state.withLock { $0.isClosed = true }
        wanted.signal()
    }
}
