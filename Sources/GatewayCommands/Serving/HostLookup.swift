import API
import CallbackDispatch
import EgressPolicy
import Synchronization
import Threads

/// Judges hosts for a server, which must not wait for the DNS as long as the DNS likes.
///
/// A host that is not known in time counts as one that callbacks may go to: what is sent is judged by
/// the address of the opened socket, so this only reports a fault a little earlier.
final class HostLookup: Sendable {
    private let rules: @Sendable () -> AddressGuard
    private let judge: @Sendable (_ host: String, _ rules: AddressGuard) -> HostCheck.Finding
    private let timeout: Duration
    /// Look-ups that wait for the DNS. What has no place here is not looked up at all.
    private let underWay = Mutex(CompanyShares(all: 64, forOne: 8))

    /// How many names one request has looked up, at the most.
    static let namesOfARequest = 20

    /// - Parameters:
    ///   - rules: read for each request, because a reload may change them.
    ///   - patience: how long one request waits for the DNS, whatever it has looked up.
    ///   - judge: another way of looking names up, for tests.
    init(
        _ rules: @autoclosure @escaping @Sendable () -> AddressGuard,
        timeout: Duration = .seconds(2),
        judge: @escaping @Sendable (_ host: String, _ rules: AddressGuard) -> HostCheck.Finding = {
            HostCheck.judge($0, by: $1)
        }
    ) {
        (self.rules, self.timeout, self.judge) = (rules, timeout, judge)
    }

    /// What the API judges hosts by.
    var hostRules: HostRules {
        HostRules(
            written: { [self] host in
                switch HostCheck.judge(host, by: rules(), asksDNS: false) {
                case .allowed: .allowed
                case .unknown: .needsLookUp
                case let blocked: .refused(blocked.refusal ?? "")
                }
            }, lookUp: { [self] company in judge(for: company) })
    }

    /// Judges the hosts of one request: each name once, not too many, and in limited time.
    func judge(for company: String) -> (_ host: String) -> String? {
        var known: [String: HostCheck.Finding] = [:]
        var left = timeout
        return { [self] host in
            let written = HostCheck.judge(host, by: rules(), asksDNS: false)
            guard written == .unknown else { return written.refusal }
            if let finding = known[host] { return finding.refusal }
            guard left > .zero, known.count < Self.namesOfARequest else { return nil }
            let start = ContinuousClock.now
            let finding = lookUp(host, for: company, within: left)
            left -= ContinuousClock.now - start
            known[host] = finding
            return finding.refusal
        }
    }

    private func lookUp(
        _ host: String, for company: String, within limit: Duration
    ) -> HostCheck.Finding {
        guard begin(for: company) else { return .unknown }
        let result = Result()
        WorkerThread.start { [self] in
            let finding = judge(host, rules())
            underWay.withLock { $0.free(of: company) }
            result.found.withLock { $0 = finding }
        }
        let end = ContinuousClock.now + limit
        while ContinuousClock.now < end {
            if let finding = result.found.withLock({ $0 }) { return finding }
            Polling.of(milliseconds: 1)
        }
        return .unknown
    }

    private func begin(for company: String) -> Bool {
        underWay.withLock { underWay in
            guard underWay.room(for: company) > 0 else { return false }
            underWay.take(for: company)
            return true
        }
    }

    /// What the thread leaves behind, whether somebody still waits for it or not.
    private final class Result: Sendable {
        let found = Mutex<HostCheck.Finding?>(nil)
    }
}
