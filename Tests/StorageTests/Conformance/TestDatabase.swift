import CivilTime
import Storage
import TestSupport

/// The database engines that the conformance suite runs on.
enum TestEngine: String, CaseIterable {
    case sqlite
}

/// An empty database of an engine.
///
/// The conformance suite defines what the stores promise with each engine. Each of its tests
/// takes the engine as a parameter, and opens one connection for each process that it imitates.
final class TestDatabase {
    let now = Instant(seconds: 1_790_000_000)
    private let folder: TemporaryDirectory

    init(_ engine: TestEngine) throws {
        // A new engine gets its empty database here.
        switch engine {
        case .sqlite: folder = try TemporaryDirectory()
        }
    }

    /// Opens all stores on a connection of their own, as another process does.
    func connect() throws -> TestStores {
        try TestStores(AttemptLog(path: folder.path(of: "callbacks.db")), of: self)
    }
}

/// The stores on one connection.
struct TestStores {
    /// Exists as long as its connections.
    private let database: TestDatabase
    let log: AttemptLog
    let checkpoints: CheckpointStore
    let ledger: ReportLedger
    let queue: CallbackQueue
    let profiles: SealedProfileStore

    init(_ log: AttemptLog, of database: TestDatabase) throws {
        self.database = database
        self.log = log
        checkpoints = try CheckpointStore(in: log)
        ledger = try ReportLedger(in: log)
        queue = try CallbackQueue(in: log)
        profiles = try SealedProfileStore(in: log)
    }
}
