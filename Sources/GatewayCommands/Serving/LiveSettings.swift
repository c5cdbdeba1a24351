import EgressPolicy
import Profiles
import Settings
import Synchronization

/// The configuration by which a gateway serves, which it reads again when it is told to.
final class LiveSettings: Sendable {
    private let current: Mutex<Configuration>
    private let read: @Sendable () throws -> Configuration

    init(_ configuration: Configuration, read: @escaping @Sendable () throws -> Configuration) {
        current = Mutex(configuration)
        self.read = read
    }

    var configuration: Configuration { current.withLock { $0 } }

    /// How much a company may have.
    var limits: CompanyLimits { current.withLock { CompanyLimits($0.gateway) } }

    /// Whether the configuration has a company.
    func serves(company: String) -> Bool {
        current.withLock { $0.mayName(company: company) }
    }

    /// Where callbacks may go.
    var rules: AddressGuard {
        current.withLock { AddressGuard(allowing: $0.gateway.allowNetworks) }
    }

    /// Reads the configuration again, and returns lines for the log.
    ///
    /// With a mistake in the file the settings stay as they were.
    func reload() -> [String] {
        let before = configuration
        do {
            let new = try read()
            current.withLock { $0 = new }
            return ["read \(new.file) again"] + new.mistakeLines + Self.needs(before, new)
        } catch {
            return ["\(error)", "the settings stay as they were"]
        }
    }

    /// The settings that a gateway takes when it starts and keeps.
    private static func needs(_ before: Configuration, _ new: Configuration) -> [String] {
        let (old, gateway) = (before.gateway, new.gateway)
        let changed = [
            ("database", before.database != new.database),
            ("gateway.secretKeyFile", old.secretKeyFile != gateway.secretKeyFile),
            ("gateway.pod", old.pod != gateway.pod),
            ("gateway.trustedProxies", old.trustedProxies != gateway.trustedProxies),
        ].filter(\.1)
        return changed.map { "'\($0.0)' was changed; start the gateway again for that" }
    }
}
