import DeliveryLog
import Reporting
import TestSupport
import Testing

@testable import Rendering

@Suite struct CSVFormTests {
    private func csv(_ endpoints: [EndpointLine]) throws -> String {
        var report = try SampleReports.busy()
        report.endpoints = endpoints
        return report.csv
    }

    @Test func `each profile is a row that ends with CRLF`() throws {
        let csv = try csv(Array(SampleReports.busy().endpoints.prefix(1)))
        #expect(
            csv == "\u{FEFF}profile_id,title,delivered,failed,retrying,delivery_rate,failing_since,"
                + "origin,failing\r\n"
                + "IN_whatsapp,WhatsApp delivery status (production),12411,1100,13,0.918585,"
                + "2026-11-22T13:00:00+05:30,,true\r\n")
    }

    @Test func `an endpoint that still delivers a few callbacks is marked as failing`() throws {
        var report = try SampleReports.busy()
        report.endpoints = Array(report.endpoints.prefix(1))
        report.troubled = Array(report.troubled.prefix(1))
        report.troubled[0].situation.undelivered = nil
        #expect(report.csv.hasSuffix(",,,true\r\n"))
        report.troubled[0].isFailing = false
        #expect(report.csv.hasSuffix(",,,false\r\n"))
    }

    @Test func `begins with a byte order mark for Excel`() throws {
        let bytes = try csv([SampleReports.line("Müller भारत", Tally(), id: "x")]).utf8
        #expect(bytes.starts(with: [0xEF, 0xBB, 0xBF]))
    }

    @Test func `missing values are empty`() throws {
        let csv = try csv([
            EndpointLine(endpoint: .unknown, title: nil, tally: Tally(retrying: 2))
        ])
        #expect(csv.hasSuffix("\r\n,,0,0,2,,,,false\r\n"))
    }

    @Test(arguments: [
        ("=1+1", "'=1+1"), ("+1", "'+1"), ("-1", "'-1"), ("@SUM(1)", "'@SUM(1)"),
        ("\t=1", "'\\t=1"),
        ("\r=1", "'\\r=1"), (" =1", "' =1"), ("＝1", "'\\uff1d1"), ("a=1", "a=1"),
        ("a,\"b\"\r\nc", "a,\"b\"\\r\\nc"), ("\"", "\""), ("", ""),
    ])
    func `cells are read back unchanged, and formulas as text`(title: String, read: String) throws {
        let csv = try csv([SampleReports.line(title, Tally(), id: title)])
        let rows = try PythonCheck.run("csv_rows", input: csv).split(separator: "\n")
        try #require(rows.count == 2)
        #expect(rows[1] == "\(read) | \(read) | 0 | 0 | 0 |  |  |  | false")
    }
}
