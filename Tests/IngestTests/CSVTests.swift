import TestSupport
import Testing

@testable import Ingest

@Suite struct CSVTests {
    /// Parses rows and returns the result of each.
    private func outcomes(_ rows: String...) -> [String] {
        var parser = CSVParser()
        return rows.map { outcome(of: $0, by: &parser) }
    }

    private let header = "status,company,x,callback_id,finished_at,error,channel\r\n"
    private let time = "2026-01-01T00:00:00Z"

    @Test func columnsMayBeInAnyOrderAndUnknownOnesAreIgnored() {
        #expect(
            outcomes(header, "200,H1,zzz,c1,\(time),,sms\r\n")
                == ["nothing", "H1/c1#1 \(time) delivered status 200 channel sms"])
    }

    @Test func quotedCellsMayContainCommasQuotesAndNewlines() {
        let rows = outcomes(header, #"200,"H,""1""","a\#nb",c1,\#(time),"it \#r\#n broke","""#)
        #expect(rows == ["nothing", #"H,"1"/c1#1 \#(time) delivered status 200"#])
    }

    @Test func errorTextKeepsReasonOfStatus() {
        #expect(outcomes(header, "503,H1,,c1,\(time),Gone away,")[1].contains("failed http_5xx"))
        #expect(outcomes(header, "503,H1,,c1,\(time),timeout,")[1].contains("failed timeout"))
        #expect(outcomes(header, ",H1,,c1,\(time),Gone away,")[1].contains("failed other"))
    }

    @Test func headerRowWithinTheFileIsNoRecord() {
        let other = "callback_id;company;finished_at;status\n"
        let rows = outcomes(
            header, "200,H1,,c1,\(time),,\n", header, "200,H1,,c2,\(time),,\n", other,
            "c3;H1;\(time);200\n", header, "200,H1,,c4,\(time),,\n")
        #expect(
            rows.map { String($0.prefix(7)) } == [
                "nothing", "H1/c1#1", "nothing", "H1/c2#1", "nothing", "H1/c3#1", "nothing",
                "H1/c4#1",
            ])
    }

    @Test func quotesInsideAPlainCellAreText() {
        #expect(outcomes(header, #"500,H1,,c"1",\#(time),,"#)[1].hasPrefix(#"H1/c"1"#))
    }

    @Test(arguments: [
        "callback_id;company;finished_at;status", "callback_id\tcompany\tfinished_at\tstatus",
        "callback_id|company|finished_at|status", "Callback_ID,Company,Finished_At,Status",
        "callback_id, company, finished_at, status", "CALLBACK ID,Company,Finished-at,status ",
        "\"callback_id\";\"company\";\"finished_at\";\"status\"",
        "\"callback_id\", \"company\", \"finished_at\", \"status\"",
        "\u{FEFF}Callback ID;Company;Finished at;Status",
    ])
    func headerVariantsAreAccepted(header: String) {
        let separator = [";", "\t", "|", ", "].first { header.contains($0) } ?? ","
        let cells = ["c1", "H1", time, "200"]
        for row in [cells, cells.map { "\"\($0)\"" }] {
            let found = outcomes(header + "\r\n", row.joined(separator: separator))
            #expect(found == ["nothing", "H1/c1#1 \(time) delivered status 200"])
        }
    }

    @Test(arguments: ["sep=;", "SEP=;\r\n", "\"sep=;\"\n", "sep=\t", "sep=^", "\u{FEFF}sep=;"])
    func firstLineMayDeclareSeparator(line: String) {
        let separator = [";", "\t", "^"].first { line.contains($0) } ?? ""
        let header = "callback_id,company,finished_at,status,x".replacing(",", with: separator)
        let row = "c1,H1,\(time),200,\"a,b\"".replacing(",", with: separator)
        #expect(
            outcomes(line, header, row) == [
                "nothing", "nothing", "H1/c1#1 \(time) delivered status 200",
            ])
    }

    @Test(arguments: ["sep=", "sep=;;", "sep=é", "sep=\"", "sep= ", "sep;"])
    func otherFirstLineIsHeaderRow(line: String) {
        #expect(outcomes(line)[0].hasPrefix("the header row has no column for callback_id"))
    }

    @Test func exactNameTakesPrecedence() {
        let found = outcomes(
            "Status,callback_id,company,finished_at,status,STATUS", "x,c1,H1,\(time),200,y")
        #expect(found == ["nothing", "H1/c1#1 \(time) delivered status 200"])
    }

    @Test func spaceInCellIsTextIfHeaderRowHasNone() {
        let found = outcomes("callback_id,company,finished_at,status", "c1, H1,\(time),200")
        #expect(found == ["nothing", " H1/c1#1 \(time) delivered status 200"])
    }

    @Test(arguments: [
        ("callback_id", "1.17593E+18"), ("company", "1.2e+05"), ("channel", "1E+18"),
        ("event", "-1.17593E+18"), ("finished_at", "1.79586E+12"), ("finished_at", "1,79586E+12"),
        ("status", "2E+02"), ("duration_ms", "1.2E+07"), ("attempt", "1E+01"),
    ])
    func shortenedNumberIsRejected(name: String, cell: String) {
        var cells = ["callback_id": "c1", "company": "H1", "finished_at": time, "status": "200"]
        cells[name] = cell
        let row = cells.sorted { $0.key < $1.key }
        let found = outcomes(
            row.map(\.key).joined(separator: ";"), row.map(\.value).joined(separator: ";"))
        let words =
            "'\(cell)' was shortened by a spreadsheet and has lost digits; export the column as text"
        #expect(found == ["nothing", "\(name): \(words)"])
    }

    @Test(arguments: [
        "5e10", "1.17593E18", "1.175928847299117063E+18", "12.5E+18", "1.5E+", "1.5E+1234", "E+18",
        "1E+18x", "1.E-18", "1e+0",
    ])
    func similarIDIsAccepted(id: String) {
        let found = outcomes("callback_id,company,finished_at,status", "\(id),H1,\(time),200")
        #expect(found == ["nothing", "H1/\(id)#1 \(time) delivered status 200"])
    }

    @Test(arguments: [
        ("1767225600", "2026-01-01T00:00:00Z"), ("1.767225600E+09", "2026-01-01T00:00:00Z"),
        ("1767225600.5", "2026-01-01T00:00:00.500Z"),
        ("1767225600123", "2026-01-01T00:00:00.123Z"), ("1.7672256E9", "2026-01-01T00:00:00Z"),
    ])
    func unixTimeIsParsedFromDigits(cell: String, expected: String) {
        #expect(
            outcomes(header, "200,H1,,c1,\(cell),,")[1]
                == "H1/c1#1 \(expected) delivered status 200")
    }

    @Test(arguments: [
        ("200,H1,,c1", "4 cells, but the header row has 7"),
        ("x", "1 cell, but the header row has 7"),
        ("200,H1,,c1,2026-01-01T00:00:00Z,,,", "8 cells, but the header row has 7"),
        ("200,,,c1,2026-01-01T00:00:00Z,,", "company is missing"),
        (#"200,"",,c1,2026-01-01T00:00:00Z,,"#, "company is missing"),
        ("0200,H1,,c1,1,,", "status: '0200' is not an HTTP status from 100 to 599"),
        ("+200,H1,,c1,1,,", "status: '+200' is not an HTTP status from 100 to 599"),
        ("200,H1,,c1,soon,,", "finished_at: 'soon' is neither an RFC 3339 time nor a Unix time"),
        (",H1,,c1,1,,", "one of status, outcome and error is required"),
        (
            #"200,"H1"x,,c1,1,,"#,
            "a quoted cell is not closed, or text follows its closing quote"
        ),
    ])
    func invalidRowIsReported(row: String, expected: String) {
        #expect(outcomes(header, row)[1] == expected)
    }

    @Test(arguments: [
        (
            "a,b,c",
            "the header row has no column for callback_id, company, finished_at, and none for status, outcome or error"
        ),
        ("\u{FEFF}company,error,callback_id", "the header row has no column for finished_at"),
        ("callback_id,company,finished_at", "the header row has none for status, outcome or error"),
        ("callback_id,company,finished_at,error,company", "the header row contains company twice"),
    ])
    func unusableHeaderIsReported(header: String, expected: String) {
        #expect(outcomes(header) == [expected])
    }

    @Test func byteOrderMarkIsNotPartOfFirstName() {
        #expect(
            outcomes("\u{FEFF}callback_id,company,finished_at,status", "c1,H1,0,200")[1]
                == "H1/c1#1 1970-01-01T00:00:00Z delivered status 200")
    }
}
