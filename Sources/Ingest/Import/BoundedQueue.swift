import Dispatch
import Synchronization

/// Hands items from one thread to another, in order: while some are in use, the next are made.
final class BoundedQueue<Item: Sendable>: Sendable {
    private struct State {
        var items: [Item] = []
        var isClosed = false
    }

    private let state = Mutex(State())
    private let given = DispatchSemaphore(value: 0)
    private let room = DispatchSemaphore(value: 0)

    /// - Parameter capacity: how many items wait to be taken at the most.
    init(capacity: Int) {
        // A semaphore must not go with less than it was made with.
        for _ in 0..<capacity { room.signal() }
    }

    /// Gives an item, once there is room for it; false when nobody takes any more.
    func give(_ item: Item) -> Bool {
        room.wait()
        let isWanted = state.withLock { state in
            if !state.isClosed { state.items.append(item) }
            return !state.isClosed
        }
        if isWanted { given.signal() } else { room.signal() }
        return isWanted
    }

    /// The next item, once there is one.
    func take() -> Item {
        given.wait()
        return pass()
    }

    /// The next item, if it comes within so many milliseconds.
    func take(within milliseconds: Int) -> Item? {
        given.wait(timeout: .now() + .milliseconds(milliseconds)) == .success ? pass() : nil
    }

    /// Takes no more items, and lets a giver that waits know.
    func close() {
        state.withLock { $0.isClosed = true }
        room.signal()
    }

    private func pass() -> Item {
        defer { room.signal() }
        return state.withLock { $0.items.removeFirst() }
    }
}
