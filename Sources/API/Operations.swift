package import CallbackDispatch
package import CivilTime
package import HTTPServer
package import Profiles
import SQLite

/// What can be done to the things of one company, over one connection.
///
/// The calls of the API and the pages both work by these, so that they say the same.
package struct Operations {
    package let company: String
    package let stores: Stores
    /// When the work began.
    package let now: Instant
    let options: APIOptions
    /// Why no callback may go to a host; nil when it may.
    private let refusal: (_ host: String) -> String?
    private let isCancelled: () -> Bool
    private let parameterFaults: [ProfileFault]

    /// - Parameters:
    ///   - faults: what is wrong with the request beside its body, to be reported with it.
    ///   - refusal: why no callback may go to a host; asks the DNS when it is absent.
    init(
        of company: String, _ stores: Stores, _ api: GatewayAPI, after faults: [ProfileFault] = [],
        refusal: ((_ host: String) -> String?)? = nil
    ) {
        (self.company, self.stores, options) = (company, stores, api.options)
        self.refusal = refusal ?? api.options.hosts.lookUp(company)
        // A test that is under way has most of the time that ending may take.
        isCancelled = { [ending = api.ending] in ending.lasts(.seconds(12)) }
        parameterFaults = faults
        now = options.clock()
    }

    package var profiles: ProfileOperations {
        ProfileOperations(
            stores.profiles, company: company, pod: options.pod, limits: options.limits(),
            parameterFaults: parameterFaults, refusal: refusal)
    }

    package var trials: TestDeliveryOperations {
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

    /// Sends a callback again that is over.
    package func replay(_ callbackID: String) throws -> Envelope {
        defer { options.wake() }
        return try deliveries.replay(callbackID, at: now)
    }
}

extension GatewayAPI {
    /// Does the work of a page on a thread that may wait.
    ///
    /// - Parameters:
    ///   - waits: whether it takes as long as an endpoint likes.
    ///   - reply: to the request.
    package func perform(
        for company: String, waits: Bool = false, _ reply: ResponseWriter,
        _ work: @escaping @Sendable (Operations) throws -> Response,
        _ finish: @escaping @Sendable (Result<Response, any Error>) -> Void
    ) {
        pass(
            to: waits ? tests : pages, of: company, for: reply,
            { [self] stores in try work(Operations(of: company, stores, self)) }, finish)
    }

    /// Whether a failure means that it is worth trying again; the log hears of any other.
    package func isBusy(_ error: any Error, in call: String) -> Bool {
        let database = error as? DatabaseError
        let isBusy =
            error is Busy || error is CancelledTrial || database?.isBusy == true
            || database?.isOfMissingFile == true
        if !isBusy { options.tell("\(call): \(error)") }
        return isBusy
    }

    package var now: Instant { options.clock() }
}
