import CivilTime
import DeliveryLog
import Dispatch
import Storage
import StorageErrors
import Synchronization

/// Passes items from one thread to another in order, and limits how many are waiting.
final class BoundedQueue<Item: Sendable>: Sendable {
    private struct State {
        var items: [Item] = []
        var isClosed = false
    }

    private let state = Mutex(State())
    private let available = DispatchSemaphore(value: 0)
    private let room = DispatchSemaphore(value: 0)

    /// - Parameter capacity: The maximum number of waiting items.
    init(capacity: Int) {
        // libdispatch traps if a semaphore is released with a lower value than its initial one.
        for _ in 0..<capacity { room.signal() }
    }

    /// Adds an item, once there is room. Returns false if the queue is closed.
    func push(_ item: Item) -> Bool {
        room.wait()
        let isWanted = state.withLock { state in
            if !state.isClosed { state.items.append(item) }
            return !state.isClosed
        }
        if isWanted { available.signal() } else { room.signal() }
        return isWanted
    }

    /// Removes and returns the next item. Waits for one if necessary.
    func pop() -> Item {
        available.wait()
        return removeFirst()
    }

    /// Removes and returns the next item, or returns `nil` if none arrives in time.
    func pop(within milliseconds: Int) -> Item? {
        available.wait(timeout: .now() + .milliseconds(milliseconds)) == .success
            ? removeFirst() : nil
    }

    /// Closes the queue, and wakes up a waiting producer.
    func close() {
        state.withLock { $0.isClosed = true }
        room.signal()
    }

    private func removeFirst() -> Item {
        defer { room.signal() }
        return state.withLock { $0.items.removeFirst() }
    }
}
