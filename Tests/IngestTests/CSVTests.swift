import TestSupport
import Testing

@testable import Ingest

@Suite struct CSVTests {
    /// What each row gives.
    private func outcomes(_ rows: String...) -> [String] {
        var parser = CSVParser()
        return rows.map { outcome(of: $0, by: &parser) }
    }

    private let header = "status,company,x,callback_id,finished_at,error,channel\r\n"
    private let time = "2026-01-01T00:00:00Z"

    @Test func columnsStandInAnyOrderAndUnknownOnesAreIgnored() {
        #expect(
            outcomes(header, "200,H1,zzz,c1,\(time),,sms\r\n")
                == ["nothing", "H1/c1#1 \(time) delivered status 200 channel sms"])
    }

    @Test func quotedCellsHoldCommasQuotesAndNewlines() {
        let rows = outcomes(header, #"200,"H,""1""","a\#nb",c1,\#(time),"it \#r\#n broke","""#)
        #expect(rows == ["nothing", #"H,"1"/c1#1 \#(time) delivered status 200"#])
    }

    @Test func textOfAnErrorKeepsTheReasonOfItsStatus() {
        #expect(outcomes(header, "503,H1,,c1,\(time),Gone away,")[1].contains("failed http_5xx"))
        #expect(outcomes(header, "503,H1,,c1,\(time),timeout,")[1].contains("failed timeout"))
        #expect(outcomes(header, ",H1,,c1,\(time),Gone away,")[1].contains("failed other"))
    }

    @Test func quotesInsideAPlainCellAreText() {
        #expect(outcomes(header, #"500,H1,,c"1",\#(time),,"#)[1].hasPrefix(#"H1/c"1"#))
    }

    @Test(arguments: [
        ("1767225600", "2026-01-01T00:00:00Z"), ("1767225600.5", "2026-01-01T00:00:00.500Z"),
        ("1767225600123", "2026-01-01T00:00:00.123Z"), ("1.7672256E9", "2026-01-01T00:00:00Z"),
    ])
    func unixTimeIsReadFromItsDigits(cell: String, expected: String) {
        #expect(
            outcomes(header, "200,H1,,c1,\(cell),,")[1]
                == "H1/c1#1 \(expected) delivered status 200")
    }

    @Test(arguments: [
        ("200,H1,,c1", "4 cells where the header row has 7"),
        ("x", "1 cell where the header row has 7"),
        ("200,H1,,c1,2026-01-01T00:00:00Z,,,", "8 cells where the header row has 7"),
        ("200,,,c1,2026-01-01T00:00:00Z,,", "company is missing"),
        (#"200,"",,c1,2026-01-01T00:00:00Z,,"#, "company is missing"),
        ("0200,H1,,c1,1,,", "status: '0200' is no HTTP status from 100 to 599"),
        ("+200,H1,,c1,1,,", "status: '+200' is no HTTP status from 100 to 599"),
        ("200,H1,,c1,soon,,", "finished_at: 'soon' is no RFC 3339 time and no Unix time"),
        (",H1,,c1,1,,", "status is needed where there is neither outcome nor error"),
        (
            #"200,"H1"x,,c1,1,,"#,
            "a quoted cell is not closed, or text follows its closing quote"
        ),
    ])
    func aBadRowIsNamed(row: String, expected: String) {
        #expect(outcomes(header, row)[1] == expected)
    }

    @Test(arguments: [
        ("a,b,c", "the header row lacks callback_id, company, finished_at, status"),
        ("\u{FEFF}company,error,callback_id", "the header row lacks finished_at"),
        ("callback_id,company,finished_at", "the header row lacks status"),
        ("callback_id,company,finished_at,error,company", "the header row has company twice"),
    ])
    func aHeaderThatCannotWorkIsNamed(header: String, expected: String) {
        #expect(outcomes(header) == [expected])
    }

    @Test func aByteOrderMarkIsNoPartOfTheFirstName() {
        #expect(
            outcomes("\u{FEFF}callback_id,company,finished_at,status", "c1,H1,0,200")[1]
                == "H1/c1#1 1970-01-01T00:00:00Z delivered status 200")
    }
}
