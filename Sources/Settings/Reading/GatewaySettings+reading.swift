import EgressPolicy

extension GatewaySettings {
    static let keys = [
        "secretKeyFile", "allowNetworks", "trustedProxies", "profilesPerCompany",
        "numbersPerCompany", "pod", "publicURL",
    ]

    /// Reads the object `gateway`, in which everything has a default; nil when it has a mistake.
    static func read(
        _ value: JSON5Value, directory: String
    ) -> (gateway: GatewaySettings?, mistakes: [Mistake]) {
        var section = Section(value, at: .root.key("gateway"), keys: keys)
        let file = section.text("secretKeyFile", Forms.path) ?? "callback-gateway.key"
        let networks = section.networks("allowNetworks")
        let proxies = section.networks("trustedProxies")
        let profiles = section.integer("profilesPerCompany", Forms.limit) ?? 1_000
        let numbers = section.integer("numbersPerCompany", Forms.limit) ?? 10_000
        let pod = section.text("pod", Forms.pod) ?? "IN"
        let publicURL = section.text("publicURL", Forms.publicURL)
        guard section.mistakes.isEmpty else { return (nil, section.mistakes) }
        let gateway = GatewaySettings(
            secretKeyFile: absolute(file, in: directory), allowNetworks: networks,
            trustedProxies: proxies, profilesPerCompany: profiles, numbersPerCompany: numbers,
            pod: pod, publicURL: publicURL)
        return (gateway, [])
    }
}

extension Section {
    fileprivate mutating func networks(_ key: String) -> [Network] {
        list(key).compactMap { place, value in
            guard case .string(let text) = value else {
                let problem = Problem.type(expected: "a string", found: value.summary)
                absorb([Mistake(place: place, problem: problem)])
                return nil
            }
            if let network = Network(text) { return network }
            let expected = "a network such as '10.0.0.0/8' or 'fd00::/8', zeros behind its prefix"
            absorb([Mistake(place: place, problem: .form(text, expected: expected))])
            return nil
        }
    }
}
