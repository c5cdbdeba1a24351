import CommandLine
import Commands
import EgressPolicy
import JSON
import Profiles
import Settings

extension Context {
    static let company = OptionDescription.value(
        "company", "SID", help: "The company.", isRequired: true)

    /// The SID of `--company`, which must be configured; its reports may have mistakes.
    func companySID(in configuration: Configuration) throws -> String {
        let sid = try arguments.required("company")
        let known =
            configuration.companies.map(\.sid) + configuration.invalidCompanies.compactMap(\.sid)
        guard known.contains(sid) else {
            throw arguments.invalid(
                "company", expected: "a company of \(configuration.file)", among: known)
        }
        return sid
    }

    /// What can be done to the profiles of `--company`.
    ///
    /// - Parameter makesDatabase: whether a database is made where there is none.
    func profileOperations(makesDatabase: Bool = false) throws -> ProfileOperations {
        let configuration = try configuration()
        let company = try companySID(in: configuration)
        let store =
            makesDatabase
            ? try GatewayStore(configuration) : try GatewayStore(existing: configuration)
        return ProfileOperations(
            store.profiles, company: company, pod: configuration.gateway.pod,
            limits: CompanyLimits(configuration.gateway),
            refusal: refusal(configuration, company))
    }

    /// The flags of the page and form of a list.
    static let listOptions: [OptionDescription] = [
        .value("limit", "N", help: "How many at the most (25)."),
        .value("offset", "N", help: "How many to leave out (0)."),
        .value("format", "F", help: "The form (text).", allowed: ["text", "json"]),
    ]

    /// Asks for a list and prints it.
    ///
    /// - Parameters:
    ///   - names: of the parameters, which the command's flags are called after.
    ///   - text: makes lines of the answer's data.
    func list(
        _ names: [String], _ text: (JSONValue) -> String,
        _ ask: ([(name: String, value: String)]) throws -> Envelope
    ) throws -> ExitStatus {
        let parameters = names.compactMap { name in
            arguments.value(name.replacing("_", with: "-")).map { (name: name, value: $0) }
        }
        let envelope = try ask(parameters)
        guard envelope.isSuccess, arguments.value("format") != "json" else {
            return answer(envelope)
        }
        console.output.write(text(envelope.data))
        if let next = envelope.data.object?["next_offset"]?.integer {
            console.say("there are more: --offset \(next)")
        }
        return .success
    }

    /// Prints an answer, and returns what it means for the status.
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
    /// Why no callback may go there; nil when it may, or when it is not known.
    var refusal: String? {
        guard case .blocked(let address, let kind) = self else { return nil }
        return "\(address) is \(kind) address; 'gateway.allowNetworks' could allow it"
    }
}
