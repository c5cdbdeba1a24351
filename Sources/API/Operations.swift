package import CallbackDispatch
package import CivilTime
package import HTTPServer
package import Profiles
import StorageErrors

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
    private let refusal: (_ host: String) -> String?
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
    ///   - refusal: Returns why callbacks may not be sent to a host. Resolves host names by
    ///     default.
    ///   - isQuick: Whether operations throw `SlowProfile` instead of reading a large profile.
    init(
        of company: String, _ stores: Stores, _ api: GatewayAPI, after faults: [ProfileFault] = [],
        refusal: ((_ host: String) -> String?)? = nil, isQuick: Bool = false
    ) {
        self.isQuick = isQuick
        (self.company, self.stores, options) = (company, stores, api.options)
        self.refusal = refusal ?? api.options.hosts.lookUp(company)
        // A test that is running gets most of the time that the shutdown may take.
        isCancelled = { [shutdown = api.shutdown] in shutdown.hasLasted(.seconds(12)) }
        parameterFaults = faults
        now = options.clock()
    }

    package var profiles: ProfileOperations {
        ProfileOperations(
            stores.profiles, company: company, pod: options.pod, limits: options.limits(),
            parameterFaults: parameterFaults, isQuick: isQuick, refusal: refusal)
    }

    package var testDeliveries: TestDeliveryOperations {
        TestDeliveryOperations(
            stores.queue, stores.profiles, company: company, parameterFaults: parameterFaults,
            options: options.http, refusal: refusal, clock: options.clock,
            isCancelled: isCancelled)
    }

    var triggers: TriggerOperations {
        TriggerOperations(
            stores.queue, stores.profiles, company: company, parameterFaults: parameterFaults,
            refusal: refusal)
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

    /// Returns whether an error is temporary. All other errors are logged.
    package func isBusy(_ error: any Error, in call: String) -> Bool {
        let database = error as? StorageError
        let isBusy =
            error is Busy || error is CancelledTestDelivery || database?.isBusy == true
            || database?.isOfMissingFile == true
        if !isBusy { options.logError("\(call): \(error)") }
        return isBusy
    }

    package var now: Instant { options.clock() }
}
