import CallbackDispatch
import Commands
import Curl
import EgressPolicy
import Settings

extension Context {
    /// Returns the HTTP options for callbacks: the limits and the allowed addresses.
    func httpOptions(_ configuration: Configuration) -> HTTPOptions {
        let rules = AddressGuard(allowing: configuration.gateway.allowNetworks)
        return httpOptions { rules }
    }

    /// Returns the HTTP options for callbacks, with address rules that may change.
    func httpOptions(_ rules: @escaping @Sendable () -> AddressGuard) -> HTTPOptions {
        HTTPOptions(
            limits: .ofCallbacks, userAgent: "callback-gateway/\(CallbackGateway.version)"
        ) { rules().allows(bytes: $0) }
    }

    /// Returns a function that checks hosts for one command. It returns why callbacks may not be
    /// sent to a host, or nil if they may.
    func refusal(
        _ configuration: Configuration, _ company: String
    ) -> (_ host: String) -> String? {
        HostLookup(AddressGuard(allowing: configuration.gateway.allowNetworks)).judge(for: company)
    }

    /// Returns the operations on triggers of `--company`.
    func triggerOperations(
        _ configuration: Configuration, _ store: GatewayStore
    ) throws -> TriggerOperations {
        let company = try companySID(in: configuration)
        return TriggerOperations(
            store.queue, store.profiles, company: company,
            refusal: refusal(configuration, company))
    }

    /// Returns the operations for test deliveries of `--company`.
    func testDeliveryOperations() throws -> TestDeliveryOperations {
        let configuration = try configuration()
        let store = try GatewayStore(creating: configuration) { console.say($0) }
        let company = try companySID(in: configuration)
        return TestDeliveryOperations(
            store.queue, store.profiles, company: company, options: httpOptions(configuration),
            refusal: refusal(configuration, company), clock: clock)
    }

    /// Returns the operations on deliveries of `--company`.
    func deliveryOperations() throws -> DeliveryOperations {
        let configuration = try configuration()
        let store = try GatewayStore(existing: configuration)
        return DeliveryOperations(
            store.queue, store.log, company: try companySID(in: configuration))
    }
}
