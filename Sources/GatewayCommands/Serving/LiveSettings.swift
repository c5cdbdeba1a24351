import EgressPolicy
import Profiles
import Settings
import Synchronization

/// The configuration of a running gateway, which can be reloaded.
final class LiveSettings: Sendable {
    private let current: Mutex<Configuration>
    private let read: @Sendable () throws -> Configuration

    init(_ configuration: Configuration, read: @escaping @Sendable () throws -> Configuration) {
        current = Mutex(configuration)
        self.read = read
    }

    var configuration: Configuration { current.withLock { $0 } }

    /// The limits for each company.
    var limits: CompanyLimits { current.withLock { CompanyLimits($0.gateway) } }

    /// Returns whether the configuration contains a company.
    func serves(company: String) -> Bool {
        current.withLock { $0.mayName(company: company) }
    }

    /// The addresses that callbacks may be sent to.
    var rules: AddressGuard {
        current.withLock { AddressGuard(allowing: $0.gateway.allowNetworks) }
    }

    /// Reloads the configuration and returns lines for the log.
    ///
    /// If the file is invalid, the settings do not change.
    func reload() -> [String] {
        let before = configuration
        do {
            let new = try read()
            current.withLock { $0 = new }
            return ["reloaded \(new.file)"] + new.diagnosticLines + Self.needs(before, new)
        } catch {
            return ["\(error)", "the settings were not changed"]
        }
    }

    /// Returns a line for each changed setting that needs a restart.
    private static func needs(_ before: Configuration, _ new: Configuration) -> [String] {
        let (old, gateway) = (before.gateway, new.gateway)
        let changed = [
            ("database", before.database != new.database),
            ("gateway.secretKeyFile", old.secretKeyFile != gateway.secretKeyFile),
            ("gateway.pod", old.pod != gateway.pod),
            ("gateway.trustedProxies", old.trustedProxies != gateway.trustedProxies),
        ].filter(\.1)
        return changed.map { "'\($0.0)' was changed; restart the gateway to apply it" }
    }
}
