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

    /// - Throws: `DatabaseError` or `SecretKeyError`.
    init(_ configuration: Configuration) throws {
        log = try DeliveryLog(Database(path: configuration.database))
        let keyFile = SecretKeyFile(path: configuration.gateway.secretKeyFile)
        profiles = try ProfileStore(log, keyFile: keyFile)
        queue = try CallbackQueue(log.database)
    }

    /// What a dispatcher works on.
    var dispatching: DispatchStore { DispatchStore(queue, log, ProfileRequests(profiles)) }
}
