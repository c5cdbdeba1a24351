import EgressPolicy
import TestSupport
import Testing

@Suite struct NetworkTests {
    @Test(
        "parses CIDR notation",
        arguments: [
            ("10.0.0.0/8", "10.0.0.0/8"), ("127.0.0.1", "127.0.0.1/32"), ("::1", "::1/128"),
            ("0.0.0.0/0", "0.0.0.0/0"), ("::/0", "::/0"), ("FD00:0::/8", "fd00::/8"),
            ("::ffff:0:0/96", "::ffff:0.0.0.0/96"),
        ])
    func reading(text: String, canonical: String) throws {
        #expect(try #require(Network(text)).description == canonical)
    }

    @Test(
        "rejects invalid networks",
        arguments: [
            "", "/", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.1/8", "::/129", "fd00::1/8",
            "10.0.0.0/+8", "10.0.0.0/08", "10.0.0.0/-1", "10.0.0.0/8/8", "10.0.0/8", "010.0.0.0/8",
            "10.0.0.0 /8", "0x7f.1", "example.com", "[::1]", "fe80::1%lo", "2130706433",
        ])
    func mistakes(text: String) {
        #expect(Network(text) == nil)
    }

    /// Python's `ipaddress` determines for each pair whether the network contains the address.
    @Test func matchesPythonOnMembership() throws {
        var random = SeededRandom(seed: 7)
        let pairs = (0..<2000).compactMap { _ in Self.pair(&random) }
        let input = pairs.map { "\($0.network) \($0.address)\n" }.joined()
        let answers = try PythonCheck.run("networks", input: input).split(separator: "\n")
        #expect(answers.count == pairs.count)
        for (pair, answer) in zip(pairs, answers) {
            #expect(pair.network.contains(pair.address) == (answer == "True"), "\(pair)")
        }
        #expect(answers.count { $0 == "True" } > 500)
    }

    private static func pair(
        _ random: inout SeededRandom
    ) -> (network: Network, address: IPAddress)? {
        let size = Bool.random(using: &random) ? 4 : 16
        let start = (0..<size).map { _ in UInt8.random(in: 0...255, using: &random) }
        let prefix = Int.random(in: 0...(size * 8), using: &random)
        var base = start
        for bit in prefix..<(size * 8) { base[bit / 8] &= ~(0x80 >> UInt8(bit % 8)) }
        // An address that differs from the first address of the network in one bit.
        var other = start
        let bit = Int.random(in: 0..<(size * 8), using: &random)
        other[bit / 8] ^= 0x80 >> UInt8(bit % 8)
        guard let first = IPAddress(bytes: base), let address = IPAddress(bytes: other),
            let network = Network("\(first)/\(prefix)")
        else { return nil }
        return (network, address)
    }
}
