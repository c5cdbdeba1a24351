package import CallbackDispatch
package import CivilTime
package import Curl
package import HTTPServer
package import Profiles
package import Storage
import StorageErrors
import Synchronization

/// The operations on the data of one company, over one connection.
///
/// The API and the pages share them, so that both behave the same.
package struct Operations {
    package let company: String
    package let stores: Stores
    /// When the operation started.
    package let now: Instant
    let options: APIOptions
    /// Returns why callbacks may not be sent to a host, or nil if they may.
    private let blockReason: (_ host: String) -> String?
    private let isCancelled: () -> Bool
    private let parameterFaults: [ProfileFault]
    private let isQuick: Bool

    /// Creates the operations of a company.
    ///
    /// - Parameters:
    ///   - company: The SID of the company.
    ///   - stores: The connection to use.
    ///   - api: The API that the request belongs to.
    ///   - faults: Errors in the request outside its body, which are reported together with others.
    ///   - blockReason: Returns why callbacks may not be sent to a host. Resolves host names by
    ///     default.
    ///   - isQuick: Whether operations throw `SlowProfile` instead of reading a large profile.
    init(
        of company: String, _ stores: Stores, _ api: GatewayAPI, after faults: [ProfileFault] = [],
        blockReason: ((_ host: String) -> String?)? = nil, isQuick: Bool = false
    ) {
        self.isQuick = isQuick
        (self.company, self.stores, options) = (company, stores, api.options)
        self.blockReason = blockReason ?? api.options.hosts.lookUp(company)
        // A test that is running gets most of the time that the shutdown may take.
        isCancelled = { [shutdown = api.shutdown] in shutdown.hasLasted(.seconds(12)) }
        parameterFaults = faults
        now = options.clock()
    }

    package var profiles: ProfileOperations {
        ProfileOperations(
            stores.profiles, company: company, pod: options.pod, limits: options.limits(),
            parameterFaults: parameterFaults, isQuick: isQuick, blockReason: blockReason)
    }

    package var testDeliveries: TestDeliveryOperations {
        TestDeliveryOperations(
            stores.queue, stores.profiles, company: company, parameterFaults: parameterFaults,
            options: options.http, blockReason: blockReason, clock: options.clock,
            isCancelled: isCancelled)
    }

    var triggers: TriggerOperations {
        TriggerOperations(
            stores.queue, stores.profiles, company: company, parameterFaults: parameterFaults,
            blockReason: blockReason)
    }

    package var deliveries: DeliveryOperations {
        DeliveryOperations(stores.queue, stores.log, company: company)
    }

    /// Queues a finished callback again.
    package func replay(_ callbackID: String) throws {
        defer { options.wake() }
        try deliveries.replay(callbackID, at: now)
    }

    /// Does the same and returns the response.
    func replayed(_ callbackID: String) throws -> Envelope {
        defer { options.wake() }
        return try DeliveryResponses(deliveries).replay(callbackID, at: now)
    }
}

extension GatewayAPI {
    /// Performs the work of a page on a worker thread.
    ///
    /// - Parameters:
    ///   - company: The company that the page belongs to.
    ///   - waits: Whether the work waits for an endpoint.
    ///   - isLarge: Whether the work takes long because of a large body.
    ///   - reply: The writer for the response.
    ///   - work: Returns the response.
    ///   - finish: Called with the result.
    package func perform(
        for company: String, waits: Bool = false, isLarge: Bool = false, _ reply: ResponseWriter,
        _ work: @escaping @Sendable (Operations) throws -> Response,
        _ finish: @escaping @Sendable (Result<Response, any Error>) -> Void
    ) {
        let mayBeLarge = waits || isLarge
        passQuick(
            to: waits ? tests : isLarge ? largeChanges : pages, of: company, for: reply,
            { [self] stores, isQuick in
                try work(Operations(of: company, stores, self, isQuick: isQuick && !mayBeLarge))
            }, finish)
    }

    /// Returns whether the same request can succeed later, also after the operator has freed disk space
    /// or restored the database. Errors that need the operator, and all others, are logged.
    package func isBusy(_ error: any Error, in call: String) -> Bool {
        let database = error as? StorageError
        let isBusy =
            error is Busy || error is CancelledTestDelivery || database?.isBusy == true
            || database?.isOfMissingFile == true
        if !isBusy { options.logError("\(call): \(error)") }
        return isBusy || database?.concernsWholeDatabase == true || database?.isDamage == true
    }

    package var now: Instant { options.clock() }
}

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
    /// Returns how many attempts have ended whose results are not recorded yet.
    let unrecordedResults: @Sendable () -> Int

    package init(
        open: @escaping @Sendable () throws -> Stores, pod: String,
        limits: @escaping @Sendable () -> CompanyLimits = { CompanyLimits() },
        isServed: @escaping @Sendable (_ company: String) -> Bool = { _ in true },
        http: HTTPOptions, hosts: HostRules,
        clock: @escaping @Sendable () -> Instant,
        logError: @escaping @Sendable (_ words: String) -> Void,
        wake: @escaping @Sendable () -> Void = {},
        sendingFault: @escaping @Sendable () -> String? = { nil },
        databaseFault: @escaping @Sendable () -> String? = { nil },
        unrecordedResults: @escaping @Sendable () -> Int = { 0 }
    ) {
        (self.open, self.pod, self.http, self.hosts) = (open, pod, http, hosts)
        (self.limits, self.isServed) = (limits, isServed)
        (self.clock, self.logError, self.wake) = (clock, logError, wake)
        (self.sendingFault, self.databaseFault) = (sendingFault, databaseFault)
        self.unrecordedResults = unrecordedResults
    }
}

/// Whether callbacks may be sent to a host.
package enum HostVerdict: Hashable, Sendable {
    case allowed
    /// Callbacks must not be sent there, for this reason.
    case blocked(String)
    /// A host name that has to be resolved first.
    case needsLookUp
}

/// Decides which hosts callbacks may be sent to.
package struct HostRules: Sendable {
    /// Checks the text of a host, without I/O.
    package let checkText: @Sendable (_ host: String) -> HostVerdict
    /// Returns a function that checks the hosts of one request of a company. The function resolves
    /// host names within time limits and returns why a host is not allowed, or nil if it is.
    let lookUp: @Sendable (_ company: String) -> (_ host: String) -> String?

    package init(
        checkText: @escaping @Sendable (_ host: String) -> HostVerdict,
        lookUp: @escaping @Sendable (_ company: String) -> (_ host: String) -> String?
    ) {
        (self.checkText, self.lookUp) = (checkText, lookUp)
    }
}

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
