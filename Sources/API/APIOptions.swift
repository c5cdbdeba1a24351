package import CivilTime
package import Curl
package import Profiles

/// The dependencies and limits of the API.
package struct APIOptions: Sendable {
    /// Opens a connection to the database. Called once for each thread that needs one.
    let open: @Sendable () throws -> Stores
    /// The region prefix of new profile IDs.
    let pod: String
    /// The current limits for each company.
    let limits: @Sendable () -> CompanyLimits
    /// Whether the configuration contains a company. Keys of other companies are invalid.
    let isServed: @Sendable (_ company: String) -> Bool
    /// HTTP options for test deliveries.
    let http: HTTPOptions
    let hosts: HostRules
    let clock: @Sendable () -> Instant
    /// Logs a request that failed because of an internal error.
    let logError: @Sendable (_ words: String) -> Void
    /// Called when accepted callbacks are on disk.
    let wake: @Sendable () -> Void
    /// Returns why callbacks are not being sent, or nil if they are.
    let sendingFault: @Sendable () -> String?
    /// Returns why the database can no longer be used, or nil if it can. Must not block.
    let databaseFault: @Sendable () -> String?

    package init(
        open: @escaping @Sendable () throws -> Stores, pod: String,
        limits: @escaping @Sendable () -> CompanyLimits = { CompanyLimits() },
        isServed: @escaping @Sendable (_ company: String) -> Bool = { _ in true },
        http: HTTPOptions, hosts: HostRules,
        clock: @escaping @Sendable () -> Instant,
        logError: @escaping @Sendable (_ words: String) -> Void,
        wake: @escaping @Sendable () -> Void = {},
        sendingFault: @escaping @Sendable () -> String? = { nil },
        databaseFault: @escaping @Sendable () -> String? = { nil }
    ) {
        (self.open, self.pod, self.http, self.hosts) = (open, pod, http, hosts)
        (self.limits, self.isServed) = (limits, isServed)
        (self.clock, self.logError, self.wake) = (clock, logError, wake)
        (self.sendingFault, self.databaseFault) = (sendingFault, databaseFault)
    }
}

/// Whether callbacks may be sent to a host.
package enum HostVerdict: Hashable, Sendable {
    case allowed
    /// Not allowed, with the reason.
    case refused(String)
    /// A host name that has to be resolved first.
    case needsLookUp
}

/// Decides which hosts callbacks may be sent to.
package struct HostRules: Sendable {
    /// Checks the text of a host, without I/O.
    package let written: @Sendable (_ host: String) -> HostVerdict
    /// Returns a function that checks the hosts of one request of a company. The function resolves
    /// host names within time limits and returns why a host is not allowed, or nil if it is.
    let lookUp: @Sendable (_ company: String) -> (_ host: String) -> String?

    package init(
        written: @escaping @Sendable (_ host: String) -> HostVerdict,
        lookUp: @escaping @Sendable (_ company: String) -> (_ host: String) -> String?
    ) {
        (self.written, self.lookUp) = (written, lookUp)
    }
}
