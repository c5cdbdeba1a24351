import API
import CallbackDispatch
import CommandLine
import Commands
import Curl
import EgressPolicy
import JSON
import Profiles
import Settings

extension Context {
    static let company = OptionDescription.value(
        "company", "SID", help: "The company.", isRequired: true)

    /// Returns the SID of `--company`. The company must be configured, but its reports may be
    /// invalid.
    func companySID(in configuration: Configuration) throws -> String {
        let sid = try arguments.required("company")
        let known =
            configuration.companies.map(\.sid) + configuration.invalidCompanies.compactMap(\.sid)
        guard known.contains(sid) else {
            throw arguments.invalid(
                "company", expected: "a company in \(configuration.file)", among: known)
        }
        return sid
    }

    /// Returns the operations on the profiles of `--company`.
    ///
    /// - Parameter makesDatabase: Whether to create a missing database.
    func profileOperations(makesDatabase: Bool = false) throws -> ProfileOperations {
        let configuration = try configuration()
        let company = try companySID(in: configuration)
        let store =
            makesDatabase
            ? try GatewayStore(creating: configuration) { console.say($0) }
            : try GatewayStore(existing: configuration)
        return ProfileOperations(
            store.profiles, company: company, pod: configuration.gateway.pod,
            limits: CompanyLimits(configuration.gateway),
            blockReason: blockReason(configuration, company))
    }

    /// Returns the responses to operations on the profiles of `--company`.
    func profileResponses(makesDatabase: Bool = false) throws -> ProfileResponses {
        ProfileResponses(try profileOperations(makesDatabase: makesDatabase))
    }

    /// The options for paging and output format of a list.
    static let listOptions: [OptionDescription] = [
        .value("limit", "N", help: "Maximum number of entries (default: 25)."),
        .value("offset", "N", help: "Number of entries to skip (default: 0)."),
        .value("format", "F", help: "Output format (default: text).", allowed: ["text", "json"]),
    ]

    /// Parameters of a list, as the API gets them from a query.
    typealias ListParameters = [(name: String, value: String)]

    /// Reads a list and prints it.
    ///
    /// - Parameters:
    ///   - names: The names of the parameters, which are also the names of the options.
    ///   - text: Formats the list as text, in the style of the output.
    ///   - respond: Returns the response of the API, for `--format json`.
    ///   - read: Returns the list for the parameters.
    func list<Item>(
        _ names: [String], _ text: ([Item], Style) -> String,
        respond: (ListParameters) throws -> Envelope,
        _ read: (ListParameters) throws -> ListSlice<Item>
    ) throws -> ExitStatus {
        let parameters = names.compactMap { name in
            arguments.value(name.replacing("_", with: "-")).map { (name: name, value: $0) }
        }
        guard arguments.value("format") != "json" else { return answer(try respond(parameters)) }
        let list: ListSlice<Item>
        do {
            list = try read(parameters)
        } catch {
            guard let apiError = APIError(error) else { throw error }
            return answer(Envelope(apiError))
        }
        console.output.write(text(list.items, console.output.style))
        if let next = list.nextOffset { console.say("more results: use --offset \(next)") }
        return .success
    }

    /// Prints a response and returns the exit status.
    func answer(_ envelope: Envelope) -> ExitStatus {
        console.print(envelope.json.text())
        return envelope.isSuccess ? .success : .badData
    }
}

extension CompanyLimits {
    init(_ settings: GatewaySettings) {
        self.init(
            profiles: settings.profilesPerCompany, numbers: settings.numbersPerCompany)
    }
}

extension HostCheck.Finding {
    /// Why callbacks may not be sent there; nil if they may or if it is unknown.
    var blockReason: String? {
        guard case .blocked(let address, let kind) = self else { return nil }
        return "\(address) is \(kind) address; to allow it, use 'gateway.allowNetworks'"
    }
}

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
    func blockReason(
        _ configuration: Configuration, _ company: String
    ) -> (_ host: String) -> String? {
        HostLookup(AddressGuard(allowing: configuration.gateway.allowNetworks)).hostCheck(
            for: company)
    }

    /// Returns the operations on triggers of `--company`.
    func triggerOperations(
        _ configuration: Configuration, _ store: GatewayStore
    ) throws -> TriggerOperations {
        let company = try companySID(in: configuration)
        return TriggerOperations(
            store.queue, store.profiles, company: company,
            blockReason: blockReason(configuration, company))
    }

    /// Returns the operations for test deliveries of `--company`.
    func testDeliveryOperations() throws -> TestDeliveryOperations {
        let configuration = try configuration()
        let store = try GatewayStore(creating: configuration) { console.say($0) }
        let company = try companySID(in: configuration)
        return TestDeliveryOperations(
            store.queue, store.profiles, company: company, options: httpOptions(configuration),
            blockReason: blockReason(configuration, company), clock: clock)
    }

    /// Returns the operations on deliveries of `--company`.
    func deliveryOperations() throws -> DeliveryOperations {
        let configuration = try configuration()
        let store = try GatewayStore(existing: configuration)
        return DeliveryOperations(
            store.queue, store.log, company: try companySID(in: configuration))
    }
}
