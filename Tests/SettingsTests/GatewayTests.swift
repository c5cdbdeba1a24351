import EgressPolicy
import Testing

@testable import Settings

@Suite struct GatewayTests {
    @Test func everyKeyHasADefault() throws {
        for text in ["{companies: []}", file("gateway: {}"), file("gateway: null")] {
            let gateway = try read(text).gateway
            #expect(gateway.secretKeyFile == "/etc/reports/callback-gateway.key")
            #expect(gateway.allowNetworks.isEmpty && gateway.pod == "IN")
            #expect(gateway.trustedProxies.isEmpty)
            #expect(gateway.profilesPerCompany == 1_000 && gateway.numbersPerCompany == 10_000)
        }
    }

    @Test func decodesAllKeys() throws {
        let gateway = try read(
            file(
                "gateway: {secretKeyFile: '/run/key', allowNetworks: ['10.0.0.0/8', '::1'], "
                    + "trustedProxies: ['192.0.2.0/28'], profilesPerCompany: 5, "
                    + "numbersPerCompany: 6, pod: 'EU'}")
        ).gateway
        #expect(gateway.trustedProxies == [try #require(Network("192.0.2.0/28"))])
        #expect(gateway.profilesPerCompany == 5 && gateway.numbersPerCompany == 6)
        #expect(gateway.secretKeyFile == "/run/key" && gateway.pod == "EU")
        #expect(
            gateway.allowNetworks == [
                try #require(Network("10.0.0.0/8")), try #require(Network("::1")),
            ])
    }

    @Test func reportsAllErrorsTogether() {
        let text = file(
            "gateway: {secretKeyFile: '', allowNetworks: ['10.0.0.1/8', 5, 'x'], pod: 'a_b', "
                + "trustedProxies: '10.0.0.0/8', profilesPerCompany: 0, numbersPerCompany: 'x', "
                + "secretKey: 'canary', port: 1}")
        let place = "config.json: gateway"
        let network =
            "expected a network such as '10.0.0.0/8' or 'fd00::/8', with only zeros "
            + "after the prefix, found"
        #expect(
            diagnostics(in: text) == [
                "\(place): unknown key 'port'; did you mean 'pod'?",
                "\(place): unknown key 'secretKey'; did you mean 'secretKeyFile'?",
                "\(place).secretKeyFile: expected the path of a file or directory, found ''",
                "\(place).allowNetworks[0]: \(network) '10.0.0.1/8'",
                "\(place).allowNetworks[1]: expected a string, found the number 5",
                "\(place).allowNetworks[2]: \(network) 'x'",
                "\(place).trustedProxies: expected a list, found the string '10.0.0.0/8'",
                "\(place).profilesPerCompany: 0 is too small; expected 1 or more",
                "\(place).numbersPerCompany: expected a whole number, found the string 'x'",
                "\(place).pod: expected 1 to 16 letters and digits, such as 'IN', found 'a_b'",
            ])
    }
}
