import CallbackDispatch
import Synchronization
import Threads

/// Work that waits for threads, which take it from all companies in turn.
///
/// No company has all of the room or all of the threads, so that the work of one does not keep
/// another's waiting.
final class FairQueue<Item: Sendable>: Sendable {
    private struct State {
        var waiting: [String: ArraySlice<Item>] = [:]
        /// The companies with work that waits, the next one first.
        var turns: [String] = []
        var room: CompanyShares
        /// How much of each company's work the threads are at.
        var atWork: [String: Int] = [:]
        var isClosed = false
    }

    private let state: Mutex<State>
    private let arrivals = Semaphore()
    /// How many threads one company may have.
    private let threads: Int

    /// - Parameters:
    ///   - capacity: how much work may wait; a company that finds the queue empty has half of it.
    ///   - threads: how much work of one company may be done at once.
    init(capacity: Int, threads: Int) {
        state = Mutex(State(room: CompanyShares(all: capacity, forOne: capacity)))
        self.threads = threads
    }

    /// False when there is no room for it.
    func add(_ item: Item, of company: String) -> Bool {
        let hasRoom = state.withLock { state in
            guard !state.isClosed, state.room.room(for: company) > 0 else { return false }
            state.room.take(for: company)
            if state.waiting[company] == nil { state.turns.append(company) }
            state.waiting[company, default: []].append(item)
            return true
        }
        if hasRoom { arrivals.signal() }
        return hasRoom
    }

    /// Waits for work; nil when there will be none any more.
    ///
    /// Whoever gets some calls ``finished(of:)`` when it is done.
    func next() -> (item: Item, company: String)? {
        while true {
            arrivals.wait()
            if let next = nextAtOnce() { return next }
            // Another thread has taken what the signal was for, or the company has its threads.
            guard state.withLock({ $0.isClosed && $0.waiting.isEmpty }) else { continue }
            arrivals.signal()
            return nil
        }
    }

    /// The next work, when there is some now.
    func nextAtOnce() -> (item: Item, company: String)? {
        state.withLock { state in
            let turn = state.turns.firstIndex { state.atWork[$0, default: 0] < threads }
            guard let turn else { return nil }
            let company = state.turns.remove(at: turn)
            guard let item = state.waiting[company]?.popFirst() else { return nil }
            if state.waiting[company]?.isEmpty == true {
                state.waiting[company] = nil
            } else {
                state.turns.append(company)
            }
            state.room.free(of: company)
            state.atWork[company, default: 0] += 1
            return (item, company)
        }
    }

    /// Some work of a company is done, so that a thread may take the next.
    func finished(of company: String) {
        let mustSignal = state.withLock { state in
            let left = state.atWork[company, default: 0] - 1
            state.atWork[company] = left > 0 ? left : nil
            // The signal of ``close()`` may have gone to a thread that found no work for it.
            return state.waiting[company] != nil || state.isClosed
        }
        if mustSignal { arrivals.signal() }
    }

    /// How much waits.
    var count: Int { state.withLock { $0.room.taken } }

    /// Takes out all that waits.
    func takeAll() -> [Item] {
        state.withLock { state in
            let items = state.turns.flatMap { state.waiting[$0] ?? [] }
            for (company, waiting) in state.waiting { state.room.free(waiting.count, of: company) }
            (state.waiting, state.turns) = ([:], [])
            return items
        }
    }

    /// Takes no more, and ends the threads when nothing waits any more.
    func close() {
        state.withLock { $0.isClosed = true }
        arrivals.signal()
    }
}
