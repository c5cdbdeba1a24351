import API
import CallbackDispatch
import CivilTime
import Concurrency
import Curl
import DeliveryLog
import EgressPolicy
import Glibc
import HTTPServer
import Profiles
import Settings
import Storage
import Synchronization
import WebUI

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

/// Divides the limit for open files between the parts of the program.
///
/// Clients can never use up the files that the database and the sending need.
struct OpenFiles: Equatable {
    /// The maximum number of client connections.
    let serving: Int
    /// The maximum number of connections for callbacks, in use or kept alive.
    let sending: Int

    /// Files for the database (three for each connection), its temporary files, test deliveries,
    /// host lookups and logs.
    private static let others = 160

    private static let maxServing = 4096
    private static let maxSending = 512

    /// - Parameter limit: The limit for open files.
    init(limit: Int) {
        let left = max(96, limit - Self.others)
        sending = min(Self.maxSending, left / 3)
        serving = min(Self.maxServing, left - sending)
    }

    /// Raises the limit of the process and returns the division.
    static func raised() -> OpenFiles {
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0 else { return OpenFiles(limit: 1024) }
        let wanted = rlim_t(others + maxServing + maxSending)
        limit.rlim_cur = max(limit.rlim_cur, min(limit.rlim_max, wanted))
        setrlimit(resource, &limit)
        return OpenFiles(limit: Int(clamping: limit.rlim_cur))
    }
}
