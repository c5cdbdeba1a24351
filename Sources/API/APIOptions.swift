package import CivilTime
package import Curl
package import Profiles

/// What the API gets from outside.
package struct APIOptions: Sendable {
    /// Opens a connection to the file; called once for each thread that works.
    let open: @Sendable () throws -> Stores
    /// The region that the ids of new profiles begin with.
    let pod: String
    /// How much a company may have.
    let limits: @Sendable () -> CompanyLimits
    /// Whether the configuration has a company; keys of others open nothing.
    let isServed: @Sendable (_ company: String) -> Bool
    /// How tests of profiles are sent.
    let http: HTTPOptions
    let hosts: HostRules
    let clock: @Sendable () -> Instant
    /// Hears of each request that failed by no fault of its own.
    let tell: @Sendable (_ words: String) -> Void
    /// Called when callbacks were accepted and are on the disk.
    let wake: @Sendable () -> Void
    /// Why callbacks are not sent now; nil when they are.
    let sendingFault: @Sendable () -> String?
    /// Why the database can no longer be used; nil while it can. It must not wait.
    let databaseFault: @Sendable () -> String?

    package init(
        open: @escaping @Sendable () throws -> Stores, pod: String,
        limits: @escaping @Sendable () -> CompanyLimits = { CompanyLimits() },
        isServed: @escaping @Sendable (_ company: String) -> Bool = { _ in true },
        http: HTTPOptions, hosts: HostRules,
        clock: @escaping @Sendable () -> Instant,
        tell: @escaping @Sendable (_ words: String) -> Void,
        wake: @escaping @Sendable () -> Void = {},
        sendingFault: @escaping @Sendable () -> String? = { nil },
        databaseFault: @escaping @Sendable () -> String? = { nil }
    ) {
        (self.open, self.pod, self.http, self.hosts) = (open, pod, http, hosts)
        (self.limits, self.isServed) = (limits, isServed)
        (self.clock, self.tell, self.wake) = (clock, tell, wake)
        (self.sendingFault, self.databaseFault) = (sendingFault, databaseFault)
    }
}
