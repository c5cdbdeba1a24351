import Commands
import Curl
import Guard
import Sending
import Settings

extension Context {
    /// How callbacks are exchanged: the limits, and the addresses that they may go to.
    func httpOptions(_ configuration: Configuration) -> HTTPOptions {
        let rules = AddressGuard(allowing: configuration.gateway.allowNetworks)
        return HTTPOptions(
            limits: .ofCallbacks, userAgent: "callback-gateway/\(CallbackGateway.version)"
        ) { rules.allows(bytes: $0) }
    }

    /// What is to be told of for `--company`.
    func triggerOperations(
        _ configuration: Configuration, _ store: GatewayStore
    ) throws -> TriggerOperations {
        let rules = AddressGuard(allowing: configuration.gateway.allowNetworks)
        return TriggerOperations(
            store.queue, store.profiles, company: try companySID(in: configuration),
            refusal: { rules.refusal(ofHost: $0) })
    }

    /// Tests of the profiles of `--company`.
    func trialOperations() throws -> TrialOperations {
        let configuration = try configuration()
        let store = try GatewayStore(configuration)
        let rules = AddressGuard(allowing: configuration.gateway.allowNetworks)
        return TrialOperations(
            store.queue, store.profiles, company: try companySID(in: configuration),
            options: httpOptions(configuration), refusal: { rules.refusal(ofHost: $0) },
            clock: clock)
    }

    /// The deliveries of `--company`.
    func deliveryOperations() throws -> DeliveryOperations {
        let configuration = try configuration()
        let store = try GatewayStore(existing: configuration)
        return DeliveryOperations(
            store.queue, store.log, company: try companySID(in: configuration))
    }
}
