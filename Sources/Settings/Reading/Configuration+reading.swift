import Addresses
package import CivilTime
import JSON

extension Configuration {
    static let keys = [
        "database", "sources", "retention", "catchUp", "mail", "heartbeat", "operator",
        "templatesDirectory", "gateway", "companies",
    ]

    /// Validates the complete file. Relative paths in it are resolved against its directory.
    ///
    /// - Throws: ``ConfigurationError/diagnostics(file:_:)`` with all errors of the file if at least
    ///   one is outside of the companies. Errors inside companies alone do not throw; they are in
    ///   ``invalidCompanies``.
    package init(
        reading file: ConfigurationFile, zones: ZoneDatabase
    ) throws(ConfigurationError) {
        let (value, repetitions) = try file.tree()
        var section = ObjectDecoder(value, at: .root, keys: Self.keys)
        let companies = section.companies(
            zones: zones, directory: file.directory, repetitions: repetitions)
        let database = section.text("database", StringFormats.path) ?? "callbacks.db"
        let sources = section.sources(directory: file.directory)
        let retention = section.text("retention", Retention.init(parsing:))
        let catchUp = section.integer("catchUp", StringFormats.count) ?? 7
        let mail = section.mail(directory: file.directory)
        let heartbeat = section.text("heartbeat", StringFormats.webURL)
        let operatorAddress = section.mailbox("operator")
        let templates = section.text("templatesDirectory", StringFormats.path)
        let gateway = section.gateway(directory: file.directory)
        guard section.diagnostics.isEmpty, let mail, let gateway else {
            throw .diagnostics(
                file: file.name,
                section.diagnostics + companies.invalidCompanies.flatMap(\.diagnostics))
        }
        self.init(
            file: file.name, pathForCommands: file.isFoundByDefault ? nil : file.path,
            database: absolute(database, in: file.directory), sources: sources,
            retention: retention, catchUp: catchUp, mail: mail, heartbeat: heartbeat,
            operatorAddress: operatorAddress,
            templatesDirectory: templates.map { absolute($0, in: file.directory) },
            gateway: gateway,
            companies: companies.usable, invalidCompanies: companies.invalidCompanies)
    }
}

extension ObjectDecoder {
    fileprivate mutating func sources(directory: String) -> [SourceSettings] {
        list("sources").compactMap { place, value in
            let (source, diagnostics) = SourceSettings.read(value, at: place, directory: directory)
            absorb(diagnostics)
            return source
        }
    }

    /// Decodes `mail`. Without it, all its values have their defaults.
    fileprivate mutating func mail(directory: String) -> MailSettings? {
        let (mail, diagnostics) = MailSettings.read(
            value("mail") ?? .object([:]), directory: directory)
        absorb(diagnostics)
        return mail
    }

    /// Decodes `gateway`. Without it, all its values have their defaults.
    fileprivate mutating func gateway(directory: String) -> GatewaySettings? {
        let (gateway, diagnostics) = GatewaySettings.read(
            value("gateway") ?? .object([:]), directory: directory)
        absorb(diagnostics)
        return gateway
    }
}
