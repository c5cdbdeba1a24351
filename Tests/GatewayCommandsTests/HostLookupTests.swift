import API
import EgressPolicy
import Glibc
import Synchronization
import Testing

@testable import GatewayCommands

@Suite struct HostLookupTests {
    /// Counts lookups and responds only when it is allowed to.
    private final class SlowDNS: Sendable {
        let isOver = Atomic(false)
        let asked = Mutex<[String]>([])

        func check(_ host: String, _ rules: AddressGuard) -> HostCheck.Finding {
            asked.withLock { $0.append(host) }
            while !isOver.load(ordering: .relaxed) { usleep(1000) }
            return HostCheck.check("10.0.0.1", by: rules)
        }

        deinit { isOver.store(true, ordering: .relaxed) }
    }

    private func lookup(
        of dns: SlowDNS, timeout: Duration = .milliseconds(20)
    ) -> HostLookup {
        HostLookup(AddressGuard(), timeout: timeout) { dns.check($0, $1) }
    }

    @Test func checksAnAddressWithoutDNS() {
        let blockReason = HostLookup(AddressGuard()) { _, _ in .unknown }.hostCheck(for: "HA")
        #expect(
            blockReason("0x7f.1")
                == "127.0.0.1 is a loopback address; to allow it, use 'gateway.allowNetworks'")
        #expect(blockReason("8.8.8.8") == nil)
    }

    @Test func checksANameByItsAddress() {
        let blockReason = HostLookup(AddressGuard()) { _, rules in
            HostCheck.check("10.0.0.1", by: rules)
        }.hostCheck(for: "HA")
        #expect(blockReason("inside.example")?.hasPrefix("10.0.0.1 is a private") == true)
    }

    @Test func resolvesOnlyNames() {
        let rules = HostLookup(AddressGuard()).hostRules
        #expect(rules.checkText("8.8.8.8") == .allowed)
        #expect(rules.checkText("name.example") == .needsLookUp)
        guard case .blocked = rules.checkText("127.1") else {
            Issue.record("a loopback address is allowed")
            return
        }
    }

    @Test func oneRequestWaitsForTheDNSOnlyOnce() {
        let dns = SlowDNS()
        let blockReason = lookup(of: dns).hostCheck(for: "HA")
        for number in 1...1_000 { #expect(blockReason("slow\(number).example") == nil) }
        // On a busy machine, the thread of the look-up may start late.
        while dns.asked.withLock({ $0.isEmpty }) { usleep(1000) }
        #expect(dns.asked.withLock { $0 } == ["slow1.example"])
        dns.isOver.store(true, ordering: .relaxed)
    }

    @Test func oneRequestLooksUpFewNamesAndEachOnce() {
        let asked = Mutex<[String]>([])
        let blockReason = HostLookup(AddressGuard(), timeout: .seconds(600)) { host, _ in
            asked.withLock { $0.append(host) }
            return .allowed
        }.hostCheck(for: "HA")
        for number in 1...1_000 { #expect(blockReason("host\(number % 100).example") == nil) }
        #expect(asked.withLock { $0.count } == HostLookup.maxNamesPerRequest)
    }

    @Test func slowDNSOfOneCompanyDoesNotBlockOthers() {
        let dns = SlowDNS()
        let lookup = lookup(of: dns)
        for number in 1...50 { _ = lookup.hostCheck(for: "HA")("slow\(number).example") }
        #expect(dns.asked.withLock { $0.count } == 8)
        _ = lookup.hostCheck(for: "HB")("other.example")
        while dns.asked.withLock({ $0.count }) < 9 { usleep(1000) }
        #expect(dns.asked.withLock { $0.last } == "other.example")
        dns.isOver.store(true, ordering: .relaxed)
    }
}
