import EgressPolicy
import JSON

extension GatewaySettings {
    static let keys = [
        "secretKeyFile", "allowNetworks", "trustedProxies", "profilesPerCompany",
        "numbersPerCompany", "pod", "publicURL",
    ]

    /// Decodes the object `gateway`. Returns nil if it has an error.
    static func read(
        _ value: JSON5Value, directory: String
    ) -> (gateway: GatewaySettings?, diagnostics: [Diagnostic]) {
        var section = ObjectDecoder(value, at: .root.key("gateway"), keys: keys)
        let file = section.text("secretKeyFile", StringFormats.path) ?? "callback-gateway.key"
        let networks = section.networks("allowNetworks")
        let proxies = section.networks("trustedProxies")
        let profiles = section.integer("profilesPerCompany", StringFormats.limit) ?? 1_000
        let numbers = section.integer("numbersPerCompany", StringFormats.limit) ?? 10_000
        let pod = section.text("pod", StringFormats.pod) ?? "IN"
        let publicURL = section.text("publicURL", StringFormats.publicURL)
        guard section.diagnostics.isEmpty else { return (nil, section.diagnostics) }
        let gateway = GatewaySettings(
            secretKeyFile: absolute(file, in: directory), allowNetworks: networks,
            trustedProxies: proxies, profilesPerCompany: profiles, numbersPerCompany: numbers,
            pod: pod, publicURL: publicURL)
        return (gateway, [])
    }
}

extension ObjectDecoder {
    fileprivate mutating func networks(_ key: String) -> [Network] {
        list(key).compactMap { place, value in
            guard case .string(let text) = value else {
                let problem = Problem.type(expected: "a string", found: value.summary)
                absorb([Diagnostic(place: place, problem: problem)])
                return nil
            }
            if let network = Network(text) { return network }
            let expected =
                "a network such as '10.0.0.0/8' or 'fd00::/8', with only zeros after the prefix"
            absorb([Diagnostic(place: place, problem: .form(text, expected: expected))])
            return nil
        }
    }
}
