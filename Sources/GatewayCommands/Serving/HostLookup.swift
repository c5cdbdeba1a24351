import Glibc
import Guard
import Synchronization
import Threads

/// Judges hosts for a server, which must not wait for the DNS as long as the DNS likes.
///
/// A host that is not known in time counts as one that callbacks may go to: what is sent is judged by the
/// address of the opened socket, so this only tells whoever makes a profile a little earlier.
final class HostLookup: Sendable {
    private let rules: AddressGuard
    private let judge: @Sendable (_ host: String, _ rules: AddressGuard) -> HostCheck.Finding
    private let patience: Duration
    private let underWay = Atomic(0)

    /// Look-ups that wait for the DNS; beyond them no name is looked up at all.
    private static let most = 32

    /// - Parameter judge: another way of looking names up, for tests.
    init(
        _ rules: AddressGuard, patience: Duration = .seconds(2),
        judge: @escaping @Sendable (_ host: String, _ rules: AddressGuard) -> HostCheck.Finding = {
            HostCheck.judge($0, by: $1)
        }
    ) {
        (self.rules, self.patience, self.judge) = (rules, patience, judge)
    }

    /// Why no callback may go to a host; nil when it may, or when it is not known in time.
    func refusal(ofHost host: String) -> String? {
        let written = HostCheck.judge(host, by: rules, asksDNS: false)
        let finding = written == .unknown ? lookUp(host) : written
        return finding.refusal
    }

    private func lookUp(_ host: String) -> HostCheck.Finding {
        guard underWay.add(1, ordering: .relaxed).newValue <= Self.most else {
            underWay.subtract(1, ordering: .relaxed)
            return .unknown
        }
        let result = Result()
        WorkerThread.start { [self] in
            let finding = judge(host, rules)
            result.found.withLock { $0 = finding }
            underWay.subtract(1, ordering: .relaxed)
        }
        let end = ContinuousClock.now + patience
        while ContinuousClock.now < end {
            if let finding = result.found.withLock({ $0 }) { return finding }
            Pause.of(milliseconds: 1)
        }
        return .unknown
    }

    /// What the thread leaves behind, whether somebody still waits for it or not.
    private final class Result: Sendable {
        let found = Mutex<HostCheck.Finding?>(nil)
    }
}
