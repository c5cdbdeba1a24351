import Synchronization

/// A queue whose threads take work from all companies in turn.
///
/// No company can fill the whole queue or occupy all threads, so the work of one company does not
/// block another's.
package final class FairQueue<Item: Sendable>: Sendable {
    private struct State {
        var waiting: [String: WaitingItems<Item>] = [:]
        /// The companies with queued work, the next one first.
        var turns: [String] = []
        var limiter: FairShareLimiter
        /// The number of jobs that are running, by company.
        var atWork: [String: Int] = [:]
        var isClosed = false
    }

    private let state: Mutex<State>
    private let arrivals = Semaphore()
    /// The maximum number of threads that one company may use.
    private let threads: Int

    /// Creates an empty queue.
    ///
    /// - Parameters:
    ///   - capacity: The maximum number of queued jobs. A company that finds the queue empty can
    ///     use half of it.
    ///   - threads: The maximum number of jobs of one company that run at once.
    package init(capacity: Int, threads: Int) {
        state = Mutex(State(limiter: FairShareLimiter(total: capacity, maxPerCompany: capacity)))
        self.threads = threads
    }

    /// Adds work. Returns false if the queue is full.
    package func add(_ item: Item, of company: String) -> Bool {
        let hasRoom = state.withLock { state in
            guard !state.isClosed, state.limiter.available(for: company) > 0 else { return false }
            state.limiter.take(for: company)
            if state.waiting[company] == nil { state.turns.append(company) }
            state.waiting[company, default: WaitingItems()].append(item)
            return true
        }
        if hasRoom { arrivals.signal() }
        return hasRoom
    }

    /// Waits for work and returns it, or nil if the queue is closed.
    ///
    /// The caller must call ``finished(of:)`` when the work is done.
    package func next() -> (item: Item, company: String)? {
        while true {
            arrivals.wait()
            if let next = nextAtOnce() { return next }
            // Another thread has taken the work of this signal, or the company already uses all its
            // threads.
            guard state.withLock({ $0.isClosed && $0.waiting.isEmpty }) else { continue }
            arrivals.signal()
            return nil
        }
    }

    /// Returns the next work if there is some now, without waiting.
    package func nextAtOnce() -> (item: Item, company: String)? {
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
            state.limiter.free(of: company)
            state.atWork[company, default: 0] += 1
            return (item, company)
        }
    }

    /// Marks some work of a company as done, so that a thread may take its next work.
    package func finished(of company: String) {
        let mustSignal = state.withLock { state in
            let left = state.atWork[company, default: 0] - 1
            state.atWork[company] = left > 0 ? left : nil
            // The signal of ``close()`` may have reached a thread that found no work.
            return state.waiting[company] != nil || state.isClosed
        }
        if mustSignal { arrivals.signal() }
    }

    /// The number of queued jobs.
    package var count: Int { state.withLock { $0.limiter.taken } }

    /// Removes and returns all queued work.
    package func takeAll() -> [Item] {
        state.withLock { state in
            let items = state.turns.flatMap { state.waiting[$0]?.all ?? [] }
            for (company, waiting) in state.waiting {
                state.limiter.free(waiting.count, of: company)
            }
            (state.waiting, state.turns) = ([:], [])
            return items
        }
    }

    /// Accepts no more work, and stops the threads when the queue is empty.
    package func close() {
        state.withLock { $0.isClosed = true }
        arrivals.signal()
    }
}

/// The queued work of a company, first in, first out.
///
/// It releases an item when it returns it. An `ArraySlice` would keep it until the slice grows.
private struct WaitingItems<Item> {
    /// The items that were taken are `nil`.
    private var items: [Item?] = []
    private var taken = 0

    var count: Int { items.count - taken }
    var isEmpty: Bool { count == 0 }
    var all: [Item] { items.compactMap(\.self) }

    mutating func append(_ item: Item) { items.append(item) }

    mutating func popFirst() -> Item? {
        guard taken < items.count else { return nil }
        let item = items[taken].take()
        taken += 1
        // Moving the rest only when half was taken makes this constant time on average.
        if taken * 2 >= items.count {
            items.removeFirst(taken)
            taken = 0
        }
        return item
    }
}

/// Divides a limited resource among companies.
///
/// A hanging endpoint does not return what it holds, so the shares must leave a reserve before
/// other companies ask. A company may take more only while it holds less than is still free. One
/// company alone leaves at least half of the total, two companies leave a third, and a company that
/// holds nothing always gets something. (Choudhury and Hahne, "Dynamic queue length thresholds for
/// shared-memory packet switches", 1998.)
package struct FairShareLimiter: Sendable {
    /// The total amount.
    package let total: Int
    /// The maximum for one company, even if no other company holds anything.
    package let maxPerCompany: Int
    package private(set) var taken = 0
    private var byCompany: [String: Int] = [:]

    package init(total: Int, maxPerCompany: Int) {
        (self.total, self.maxPerCompany) = (total, maxPerCompany)
    }

    /// Returns the amount that a company holds.
    package func count(of company: String) -> Int { byCompany[company, default: 0] }

    /// Returns the additional amount that a company may take.
    package func available(for company: String) -> Int {
        let own = count(of: company)
        // Each unit taken raises the company's share and lowers the free amount, so the
        // division.
        let fair = (total - taken - own + 1) / 2
        return max(0, min(maxPerCompany - own, fair))
    }

    package mutating func take(_ amount: Int = 1, for company: String) {
        byCompany[company, default: 0] += amount
        taken += amount
    }

    package mutating func free(_ amount: Int = 1, of company: String) {
        taken -= amount
        byCompany.subtract(amount, from: company)
    }
}

extension Dictionary<String, Int> {
    /// Subtracts an amount from the value of a key, which is removed unless something is left.
    package mutating func subtract(_ amount: Int, from key: String) {
        guard let index = index(forKey: key) else { return }
        values[index] -= amount
        if values[index] <= 0 { remove(at: index) }
    }
}
