import CallbackDispatch
import Commands
import Curl
import EgressPolicy
import Settings

extension Context {
    /// How callbacks are exchanged: the limits, and the addresses that they may go to.
    func httpOptions(_ configuration: Configuration) -> HTTPOptions {
        let rules = AddressGuard(allowing: configuration.gateway.allowNetworks)
        return httpOptions { rules }
    }

    /// The same by rules that may change.
    func httpOptions(_ rules: @escaping @Sendable () -> AddressGuard) -> HTTPOptions {
        HTTPOptions(
            limits: .ofCallbacks, userAgent: "callback-gateway/\(CallbackGateway.version)"
        ) { rules().allows(bytes: $0) }
    }

    /// Judges the hosts of one command: why no callback may go to a host, nil when it may.
    func refusal(
        _ configuration: Configuration, _ company: String
    ) -> (_ host: String) -> String? {
        HostLookup(AddressGuard(allowing: configuration.gateway.allowNetworks)).judge(for: company)
    }

    /// What is to be told of for `--company`.
    func triggerOperations(
        _ configuration: Configuration, _ store: GatewayStore
    ) throws -> TriggerOperations {
        let company = try companySID(in: configuration)
        return TriggerOperations(
            store.queue, store.profiles, company: company,
            refusal: refusal(configuration, company))
    }

    /// Tests of the profiles of `--company`.
    func trialOperations() throws -> TestDeliveryOperations {
        let configuration = try configuration()
        let store = try GatewayStore(configuration)
        let company = try companySID(in: configuration)
        return TestDeliveryOperations(
            store.queue, store.profiles, company: company, options: httpOptions(configuration),
            refusal: refusal(configuration, company), clock: clock)
    }

    /// The deliveries of `--company`.
    func deliveryOperations() throws -> DeliveryOperations {
        let configuration = try configuration()
        let store = try GatewayStore(existing: configuration)
        return DeliveryOperations(
            store.queue, store.log, company: try companySID(in: configuration))
    }
}
