package import EgressPolicy

/// The settings of `callback-gateway`.
package struct GatewaySettings: Hashable, Sendable {
    /// The absolute path of the key that encrypts the secrets in the database. It is created on
    /// first use.
    package let secretKeyFile: String
    /// Special networks that callbacks may be sent to, such as the company's own network.
    package let allowNetworks: [Network]
    /// The networks of reverse proxies whose client addresses are trusted.
    package let trustedProxies: [Network]
    /// The maximum number of profiles per company.
    package let profilesPerCompany: Int
    /// The maximum number of WhatsApp numbers that a company can bind.
    package let numbersPerCompany: Int
    /// The region that new profile IDs begin with.
    package let pod: String
    /// The public URL of the web pages without a trailing `/`, or nil if there is none.
    package let publicURL: String?
}
