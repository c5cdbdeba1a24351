import API
import Concurrency
import EgressPolicy
import Synchronization

/// Checks hosts for a server, which must not wait for slow DNS.
///
/// A host that is not resolved in time is treated as allowed. The address of the open socket is
/// checked again before anything is sent, so this check only reports an error earlier.
final class HostLookup: Sendable {
    private let rules: @Sendable () -> AddressGuard
    private let check: @Sendable (_ host: String, _ rules: AddressGuard) -> HostCheck.Finding
    private let timeout: Duration
    /// The lookups that are running. Beyond this limit, names are not looked up.
    private let running = Mutex(FairShareLimiter(total: 64, maxPerCompany: 8))

    /// The maximum number of names that one request looks up.
    static let maxNamesPerRequest = 20

    /// - Parameters:
    ///   - rules: Read for each request, because a reload may change them.
    ///   - timeout: How long one request waits for the DNS in total.
    ///   - check: Resolves and checks a host. Tests replace it.
    init(
        _ rules: @autoclosure @escaping @Sendable () -> AddressGuard,
        timeout: Duration = .seconds(2),
        check: @escaping @Sendable (_ host: String, _ rules: AddressGuard) -> HostCheck.Finding = {
            HostCheck.check($0, by: $1)
        }
    ) {
        (self.rules, self.timeout, self.check) = (rules, timeout, check)
    }

    /// The host rules of the API.
    var hostRules: HostRules {
        HostRules(
            checkText: { [self] host in
                switch HostCheck.check(host, by: rules(), asksDNS: false) {
                case .allowed: .allowed
                case .unknown: .needsLookUp
                case let blocked: .blocked(blocked.blockReason ?? "")
                }
            }, lookUp: { [self] company in hostCheck(for: company) })
    }

    /// Returns a function that checks the hosts of one request: each name once, with limits on
    /// their number and on the time.
    func hostCheck(for company: String) -> (_ host: String) -> String? {
        var known: [String: HostCheck.Finding] = [:]
        var left = timeout
        return { [self] host in
            let textFinding = HostCheck.check(host, by: rules(), asksDNS: false)
            guard textFinding == .unknown else { return textFinding.blockReason }
            if let finding = known[host] { return finding.blockReason }
            guard left > .zero, known.count < Self.maxNamesPerRequest else { return nil }
            let start = ContinuousClock.now
            let finding = lookUp(host, for: company, within: left)
            left -= ContinuousClock.now - start
            known[host] = finding
            return finding.blockReason
        }
    }

    private func lookUp(
        _ host: String, for company: String, within limit: Duration
    ) -> HostCheck.Finding {
        guard begin(for: company) else { return .unknown }
        let result = Result()
        WorkerThread.start { [self] in
            let finding = check(host, rules())
            running.withLock { $0.free(of: company) }
            result.found.withLock { $0 = finding }
        }
        let start = ContinuousClock.now
        while ContinuousClock.now - start < limit {
            if let finding = result.found.withLock({ $0 }) { return finding }
            // Most answers come at once. For the others, fewer looks leave the processor to others.
            Polling.of(milliseconds: ContinuousClock.now - start < .milliseconds(20) ? 1 : 20)
        }
        return .unknown
    }

    private func begin(for company: String) -> Bool {
        running.withLock { running in
            guard running.available(for: company) > 0 else { return false }
            running.take(for: company)
            return true
        }
    }

    /// The result of a lookup, which outlives its caller.
    private final class Result: Sendable {
        let found = Mutex<HostCheck.Finding?>(nil)
    }
}
