import Dispatch
import Synchronization

/// Hands items from one thread to another, with room for a few that wait.
final class Handover<Item: Sendable>: Sendable {
    private struct State {
        var items: [Item] = []
        var isClosed = false
    }

    private let state = Mutex(State())
    private let items = DispatchSemaphore(value: 0)
    /// Begins with nothing, as a semaphore must not end below its first value.
    private let room = DispatchSemaphore(value: 0)

    init(room count: Int) {
        for _ in 0..<count { room.signal() }
    }

    /// Gives an item, once there is room; false when nobody takes any more.
    func give(_ item: Item) -> Bool {
        room.wait()
        let isTaken = state.withLock { state in
            if !state.isClosed { state.items.append(item) }
            return !state.isClosed
        }
        if isTaken { items.signal() }
        return isTaken
    }

    /// The next item, once there is one.
    func take() -> Item {
        items.wait()
        let item = state.withLock { $0.items.removeFirst() }
        room.signal()
        return item
    }

    /// Takes no more items, and lets a giver that waits know.
    func close() {
        state.withLock { $0.isClosed = true }
        room.signal()
    }
}
