package import EgressPolicy

/// What `callback-gateway` alone reads of the configuration.
package struct GatewaySettings: Hashable, Sendable {
    /// The file with the key of the secrets in the database, absolute; made on first use.
    package let secretKeyFile: String
    /// Networks that callbacks may go to although they are special, such as a company's own.
    package let allowNetworks: [Network]
    /// The networks of proxies that are believed when they name their clients.
    package let trustedProxies: [Network]
    /// How many profiles a company may have.
    package let profilesPerCompany: Int
    /// How many WhatsApp numbers a company may bind.
    package let numbersPerCompany: Int
    /// The region that the ids of new profiles begin with.
    package let pod: String
    /// Where people reach the pages, without `/` at its end; nil when they have no public address.
    package let publicURL: String?
}
