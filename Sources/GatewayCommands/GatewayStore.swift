import CivilTime
import DeliveryLog
import Encryption
import Profiles
import SQLite
import Sending
import Settings

/// The one file, and those who own tables in it.
struct GatewayStore {
    let log: DeliveryLog
    let profiles: ProfileStore
    let queue: CallbackQueue

    /// - Parameter patience: how long to wait for another program's transaction, in milliseconds.
    /// - Throws: `DatabaseError` or `SecretKeyError`.
    init(_ configuration: Configuration, patience: Int32 = Database.patience) throws {
        log = try DeliveryLog(Database(path: configuration.database, patience: patience))
        let keyFile = SecretKeyFile(path: configuration.gateway.secretKeyFile)
        profiles = try ProfileStore(log, keyFile: keyFile)
        queue = try CallbackQueue(log.database)
    }

    /// How long the writer of a dispatcher waits for another program's transaction, in milliseconds.
    ///
    /// That is short: it tries again by itself, and may be told to stop meanwhile.
    static let patienceOfWriters: Int32 = 2_000

    /// Deletes finished callbacks, tests and replaced versions of profiles from before a limit.
    ///
    /// - Parameter steps: how many transactions it may take.
    /// - Returns: whether all of them are deleted.
    func prune(before limit: Instant, steps: Int = .max) throws(DatabaseError) -> Bool {
        guard try queue.prune(before: limit, steps: steps).isDone else { return false }
        try profiles.pruneVersions(before: limit)
        return true
    }

    /// What a dispatcher works on.
    var dispatching: DispatchStore { DispatchStore(queue, log, ProfileRequests(profiles)) }
}
