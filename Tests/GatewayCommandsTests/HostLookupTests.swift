import Glibc
import Guard
import Synchronization
import Testing

@testable import GatewayCommands

@Suite struct HostLookupTests {
    @Test func judgesAnAddressWithoutTheDNS() {
        let lookup = HostLookup(AddressGuard()) { _, _ in .unknown }
        #expect(
            lookup.refusal(ofHost: "0x7f.1")
                == "127.0.0.1 is a loopback address; 'gateway.allowNetworks' could allow it")
        #expect(lookup.refusal(ofHost: "8.8.8.8") == nil)
    }

    @Test func judgesANameByItsAddress() {
        let lookup = HostLookup(AddressGuard()) { _, rules in
            HostCheck.judge("10.0.0.1", by: rules)
        }
        #expect(
            lookup.refusal(ofHost: "inside.example")?.hasPrefix("10.0.0.1 is a private") == true)
    }

    @Test func waitsForTheDNSOnlySoLong() {
        let isOver = Atomic(false)
        let lookup = HostLookup(AddressGuard(), patience: .milliseconds(20)) { _, rules in
            while !isOver.load(ordering: .relaxed) { usleep(1000) }
            return HostCheck.judge("10.0.0.1", by: rules)
        }
        defer { isOver.store(true, ordering: .relaxed) }
        #expect(lookup.refusal(ofHost: "slow.example") == nil)
    }
}
