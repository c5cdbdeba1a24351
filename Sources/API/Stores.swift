package import Profiles
package import Storage
import Synchronization

/// One connection to the database, with the stores that use it. For one thread at a time.
package final class Stores {
    package let profiles: ProfileStore
    package let queue: CallbackQueue
    package let log: AttemptLog

    package init(_ profiles: ProfileStore, _ queue: CallbackQueue, _ log: AttemptLog) {
        (self.profiles, self.queue, self.log) = (profiles, queue, log)
    }
}

/// A pool of idle connections. It grows to the largest number of threads that worked at once.
///
/// `@unchecked`: a connection is removed from the pool while a thread uses it, so no two threads
/// share one, and SQLite is built so that connections can move between threads
/// (https://sqlite.org/threadsafe.html).
final class StorePool: @unchecked Sendable {
    private let spare = Mutex(0)
    private var stores: [Stores] = []
    private let open: @Sendable () throws -> Stores

    init(_ open: @escaping @Sendable () throws -> Stores) {
        self.open = open
    }

    func with<Result>(_ body: (Stores) throws -> Result) throws -> Result {
        let stores = try take() ?? open()
        defer { spare.withLock { _ in self.stores.append(stores) } }
        return try body(stores)
    }

    private func take() -> Stores? {
        spare.withLock { _ in stores.popLast() }
    }
}
