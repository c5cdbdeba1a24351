import CallbackDispatch
import CivilTime
import CommandLine
import Commands
import DeliveryLog
import Encryption
import Profiles
import Settings
import Storage
import StorageErrors

/// The database, with the stores that own its tables.
struct GatewayStore {
    let log: AttemptLog
    let profiles: ProfileStore
    let queue: CallbackQueue

    /// Opens the stores and creates what is missing.
    ///
    /// - Parameters:
    ///   - configuration: The paths of the database and the secret key.
    ///   - timeout: How long to wait for another program's transaction, in milliseconds.
    ///   - makesKey: Whether to create a key file if the database has no secrets yet.
    ///   - mayCreate: Whether to create the database if it is missing.
    /// - Throws: `StorageError` or `SecretKeyError`.
    init(
        _ configuration: Configuration, timeout: Int32 = AttemptLog.timeout, makesKey: Bool = true,
        mayCreate: Bool = true
    ) throws {
        log = try AttemptLog(
            path: configuration.database, timeout: timeout, mayCreate: mayCreate)
        let keyFile = SecretKeyFile(path: configuration.gateway.secretKeyFile)
        profiles = try ProfileStore(log, keyFile: keyFile, makesKey: makesKey)
        queue = try CallbackQueue(in: log)
    }

    /// Opens the stores for a command that writes. If it creates the database, it says so, because
    /// the user may expect an existing one.
    init(creating configuration: Configuration, say: (String) -> Void) throws {
        try self.init(configuration)
        if let notice = log.creationNotice { say(notice) }
        log.rememberCreation()
    }

    /// Opens the stores for a command that needs existing data. It creates neither database nor
    /// key, which would belong to the user who runs the command.
    ///
    /// - Throws: ``CommandFailure`` with exit status 66 and the expected path if there is no
    ///   database.
    init(existing configuration: Configuration) throws {
        if let absence = AttemptLog.absence(at: configuration.database) {
            throw CommandFailure(
                .noInput,
                absence.message(
                    at: configuration.database, configuredIn: configuration.file))
        }
        try self.init(configuration, makesKey: false)
    }

    /// How long the writer of a dispatcher waits for another program's transaction, in
    /// milliseconds.
    ///
    /// This is short because the writer retries and must react to a stop signal.
    static let writerTimeout: Int32 = 2_000

    /// Deletes finished callbacks, tests and replaced profile versions from before a limit.
    ///
    /// - Parameter steps: The maximum number of transactions.
    /// - Returns: Whether all of them are deleted.
    func prune(before limit: Instant, steps: Int = .max) throws(StorageError) -> Bool {
        guard try queue.prune(before: limit, steps: steps).isDone else { return false }
        try profiles.pruneVersions(before: limit)
        return true
    }

    /// Returns the store of a dispatcher.
    ///
    /// - Parameter isServed: Returns whether the configuration contains a company.
    func dispatching(
        isServed: @escaping @Sendable (_ company: String) -> Bool
    ) -> DispatchStore {
        profiles.cacheLargeProfiles()
        return DispatchStore(queue, log, ProfileRequests(profiles, isServed: isServed))
    }
}

extension GatewayStore {
    /// Returns whether the clock is trusted enough to delete old callbacks. Call this before
    /// writing anything that depends on the clock.
    ///
    /// - Parameter isSynchronized: Whether the kernel reports that the clock is synchronized.
    func mayPrune(
        _ configuration: Configuration, at now: Instant, isSynchronized: Bool
    ) throws -> Bool {
        guard configuration.retention != nil else { return false }
        let reading = ClockReading(
            now: now, isSynchronized: isSynchronized, isPruning: true,
            catchUp: configuration.catchUp)
        return try ClockGuard(log).decide(reading) == .confirmed
    }

    /// Deletes data that is older than the configured retention.
    ///
    /// - Parameter steps: The maximum number of transactions.
    /// - Returns: Whether all of it is deleted.
    func prune(
        _ configuration: Configuration, at now: Instant, steps: Int = .max
    ) throws -> Bool {
        guard let days = configuration.retention?.days else { return true }
        return try prune(before: now.advanced(seconds: -Int64(days) * 86_400), steps: steps)
    }
}
