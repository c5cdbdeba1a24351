import CivilTime
import Testing

@testable import Settings

@Suite struct AllDiagnosticsTests {
    /// Independent errors: the text to write, and the start of the resulting line.
    private static let general = [
        ("database: 1", "database:"), ("catchUp: -1", "catchUp:"),
        ("retention: '1w'", "retention:"),
        ("sources: [{}]", "sources[0].path:"), ("heartbeat: 'x'", "heartbeat:"),
        ("operator: 'x'", "operator:"), ("templatesDirectory: ''", "templatesDirectory:"),
        ("mail: {tls: 'x'}", "mail.tls:"), ("bogus: 1", "unknown key 'bogus'"),
        ("gateway: {allowNetworks: ['10.0.0.1/8']}", "gateway.allowNetworks[0]:"),
    ]

    private static let inCompany = [
        ("bogus: 1", ": unknown key 'bogus'"), ("name: 1", ".name:"),
        ("timeZone: 'No/Where'", ".timeZone:"),
        (
            "callbackReport: {daily: {emailAddresses: 'x, y'}}",
            ".callbackReport.daily.emailAddresses:"
        ),
    ]

    @Test func `all errors are reported together`() {
        for subset in 1..<(1 << Self.general.count) {
            let chosen = Self.general.indices.filter { subset >> $0 & 1 == 1 }.map {
                Self.general[$0]
            }
            let lines = diagnostics(in: file(chosen.map(\.0).joined(separator: ",")))
            #expect(lines.count == chosen.count)
            for (text, start) in chosen {
                let isFound = lines.contains { $0.hasPrefix("config.json: " + start) }
                #expect(isFound, "\(text) in \(lines)")
            }
        }
    }

    @Test func `errors inside companies are reported with fatal errors`() {
        let company = "{sid: 'A', " + Self.inCompany.map(\.0).joined(separator: ",") + "}"
        let text = "{bogus: 1, companies: [\(company), \(company.replacing("'A'", with: "'B'"))]}"
        let lines = diagnostics(in: text)
        let expected = [0, 1].flatMap { index in
            Self.inCompany.map { "config.json: companies[\(index)]" + $0.1 }
        }
        // Two addresses of the list are invalid, and each is a separate error.
        #expect(lines.count == 1 + expected.count + 2)
        for start in ["config.json: unknown key 'bogus'"] + expected {
            let isFound = lines.contains { $0.hasPrefix(start) }
            #expect(isFound, "\(start)")
        }
    }

    @Test func `each invalid address of a list has its position`() throws {
        let text = company("callbackReport: {daily: {emailAddresses: 'a@example.com, b, c@x'}}")
        let place = "config.json: companies[0].callbackReport.daily.emailAddresses: "
        #expect(
            try read(text).diagnosticLines == [
                place + "entry 2, column 16: 'b': no '@'; write name@example.com, "
                    + "and put a name that contains a comma in quotes",
                place + "entry 3, column 21: 'c@x': the domain has no dot; "
                    + "write it in full, like example.com",
            ])
    }

    @Test func `errors have a path`() throws {
        let held = try read("{companies: [{sid: 'A', timeZone: 'x'}]}").invalidCompanies
        #expect(held.flatMap(\.diagnostics).map(\.path) == ["companies[0].timeZone"])
    }
}
