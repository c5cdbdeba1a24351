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
    private let taken = DispatchSemaphore(value: 0)

    /// Gives an item and waits until it is taken; false when nobody takes any more.
    func give(_ item: Item) -> Bool {
        let isWanted = state.withLock { state in
            if !state.isClosed { state.item = item }
            return !state.isClosed
        }
        guard isWanted else { return false }
        given.signal()
        taken.wait()
        return state.withLock { !$0.isClosed }
    }

    /// The next item, once there is one.
    func take() -> Item? {
        given.wait()
        return pass()
    }

    /// The next item if it is there already.
    func takeIfThere() -> Item? {
        given.wait(timeout: .now()) == .success ? pass() : nil
    }

    /// Takes no more items, and lets a giver that waits know.
    func close() {
        state.withLock { $0.isClosed = true }
        taken.signal()
    }

    private func pass() -> Item? {
        let item = state.withLock { state in
            defer { state.item = nil }
            return state.item
        }
        taken.signal()
        return item
    }
}
