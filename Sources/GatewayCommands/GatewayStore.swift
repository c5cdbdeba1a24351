import CallbackDispatch
import CivilTime
import Commands
import DeliveryLog
import Encryption
import Profiles
import SQLite
import Settings
import Storage

/// The one file, and those who own tables in it.
struct GatewayStore {
    let log: AttemptLog
    let profiles: ProfileStore
    let queue: CallbackQueue

    /// - Parameters:
    ///   - patience: how long to wait for another program's transaction, in milliseconds.
    ///   - makesKey: whether a database without secrets gets a file with a key for them.
    /// - Throws: `DatabaseError` or `SecretKeyError`.
    init(
        _ configuration: Configuration, timeout: Int32 = Database.timeout, makesKey: Bool = true
    ) throws {
        log = try AttemptLog(Database(path: configuration.database, timeout: timeout))
        let keyFile = SecretKeyFile(path: configuration.gateway.secretKeyFile)
        profiles = try ProfileStore(log, keyFile: keyFile, makesKey: makesKey)
        queue = try CallbackQueue(log.database)
    }

    /// The store of a command that needs what is there already: it makes neither database nor key,
    /// which would belong to whoever runs it.
    ///
    /// - Throws: ``CommandFailure`` with 66 and where it was looked for, when there is none.
    init(existing configuration: Configuration) throws {
        guard !FileCheck.isMissing(configuration.database) else {
            throw CommandFailure(
                .noInput,
                "there is no database at \(configuration.database) yet; 'callback-gateway serve' or "
                    + "'profile create' makes it, or else correct 'database' in "
                    + configuration.file)
        }
        try self.init(configuration, makesKey: false)
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
    ///
    /// - Parameter isServed: whether the configuration has a company now.
    func dispatching(
        isServed: @escaping @Sendable (_ company: String) -> Bool
    ) -> DispatchStore {
        DispatchStore(queue, log, ProfileRequests(profiles, isServed: isServed))
    }
}
