import CivilTime
import Concurrency
import DeliveryLog
import FoundationEssentials
import Glibc
import SQL
import Storage
import TestSupport
import Testing

@testable import Ingest

@Suite struct ImporterTests {
    private let directory: TemporaryDirectory
    private let log: AttemptLog

    init() throws {
        directory = try TemporaryDirectory()
        log = try AttemptLog(Database(path: directory.path(of: "log.db")))
    }

    private func line(_ id: Int, status: Int = 200) -> String {
        #"{"callback_id":"c\#(id)","company":"H1","finished_at":\#(1_767_225_600 + id),"#
            + #""status":\#(status)}"# + "\n"
    }

    private func stored() throws -> Int64 {
        try log.database.integer("SELECT count(*) FROM attempts")
    }

    @Test func validLinesAreImportedAndInvalidOnesReported() throws {
        let bad = #"{"callback_id":"x"}"#
        let path = try directory.write(line(1) + bad + "\r\n\n" + line(2) + "no", to: "a.ndjson")
        var (problems, rejects): ([String], [UInt8]) = ([], [])
        var importer = Importer(into: log)
        importer.onProblem = { problems.append("\($0 == path) \($1)") }
        importer.onReject = { rejects += $0 }
        let result = try importer.read([path])
        #expect(result == .init(counts: IngestCounts(added: 2, rejected: 2)))
        #expect(problems == ["true line 2: company is missing", "true line 5: not JSON"])
        #expect(String(decoding: rejects, as: UTF8.self) == bad + "\r\nno\n")
        #expect(try stored() == 2)
    }

    @Test func repeatedImportChangesNothingAndReplacementsAreCounted() throws {
        let path = try directory.write(line(1, status: 500) + line(2), to: "a.ndjson")
        _ = try Importer(into: log).read([path])
        let again = try Importer(into: log).read([path])
        #expect(again.counts == IngestCounts(known: 2))
        try directory.write(line(1), to: "a.ndjson")
        let corrected = try Importer(into: log).read([path])
        #expect(corrected.counts == IngestCounts(corrected: 1))
    }

    @Test func stalledPipeDoesNotBlockOtherWriters() throws {
        let fifo = directory.path(of: "fifo")
        #expect(mkfifo(fifo, 0o600) == 0)
        let path = directory.path(of: "log.db")
        let count = RecordProducer.batchSize
        let batch = (0..<count).map { line($0) }.joined()
        WorkerThread.start {
            let file = open(fifo, O_WRONLY | O_CLOEXEC)
            defer { close(file) }
            // More than a pipe holds, so that everything except the last line was read when `write`
            // returns.
            for part in [batch, "\n"] {
                var part = part
                part.withUTF8 { _ = write(file, $0.baseAddress, $0.count) }
            }
            guard let other = try? Database(path: path) else { return }
            for _ in 0..<10_000 {
                let stored = try? other.integer("SELECT count(*) FROM attempts")
                if stored.map(Int.init) == count { break }
                usleep(1000)
            }
            try? other.execute("INSERT INTO companies(sid) VALUES('H2')")
        }
        let result = try Importer(into: log).read([fifo])
        #expect(result.counts == IngestCounts(added: count))
        #expect(try log.companies() == ["H1", "H2"])
    }

    @Test func csvRejectsStartWithHeaderRow() throws {
        let text = "callback_id,company,finished_at,status\r\nc1,H1,0,200\r\nc2,,0,200\r\n,,,\r\n"
        let path = try directory.write(text, to: "a.csv")
        var rejects: [UInt8] = []
        var importer = Importer(into: log)
        importer.onReject = { rejects += $0 }
        #expect(try importer.read([path]).counts == IngestCounts(added: 1, rejected: 2))
        #expect(
            String(decoding: rejects, as: UTF8.self)
                == "callback_id,company,finished_at,status\r\nc2,,0,200\r\n,,,\r\n")
    }

    @Test func tooLongLineIsForwardedCompletely() throws {
        let long = String(repeating: "x", count: 3 << 20)
        let path = try directory.write(line(1) + long + "\n" + line(2) + long, to: "a.ndjson")
        var (size, problems): (Int, [String]) = (0, [])
        var importer = Importer(into: log)
        importer.onReject = { size += $0.count }
        importer.onProblem = { problems.append($1.description) }
        #expect(try importer.read([path]).counts == IngestCounts(added: 2, rejected: 2))
        #expect(size == 2 * (long.count + 1))
        #expect(problems == ["line 2: longer than 1 MiB", "line 4: longer than 1 MiB"])
    }

    /// Writes a file in the encoding of Windows programs.
    private func utf16(_ text: String, isLittleEndian: Bool, to name: String) throws -> String {
        let bytes = text.utf16.flatMap { unit in
            let (low, high) = (UInt8(unit & 0xFF), UInt8(unit >> 8))
            return isLittleEndian ? [low, high] : [high, low]
        }
        return try directory.write(Data(bytes), to: name)
    }

    @Test(arguments: [true, false], ["\u{FEFF}", ""])
    func utf16IsConverted(isLittleEndian: Bool, mark: String) throws {
        let header = "callback_id\tcompany\tfinished_at\tstatus\r\n"
        let rows = (0..<20_000).map { "😀\($0)\tH1\t0\t200\r\n" }.joined()
        let text = mark + header + rows + "c\tH1\t0\tß\r\n"
        let csv = try utf16(text, isLittleEndian: isLittleEndian, to: "a.csv")
        var rejects: [UInt8] = []
        var importer = Importer(into: log)
        importer.onReject = { rejects += $0 }
        #expect(try importer.read([csv]).counts == IngestCounts(added: 20_000, rejected: 1))
        #expect(
            String(decoding: rejects.dropFirst(mark.utf8.count), as: UTF8.self)
                == header + "c\tH1\t0\tß\r\n")
        let json = try utf16(mark + line(1), isLittleEndian: isLittleEndian, to: "plain")
        #expect(try importer.read([json]).counts == IngestCounts(added: 1))
    }

    @Test(arguments: Compression.allCases)
    func compressedFilesAreImported(format: Compression) throws {
        _ = try directory.write((0..<9000).map { line($0) }.joined(), to: "plain")
        let script = "\(format.program) -c plain > a.ndjson\(format.suffix)"
        let run = try ProgramRun.of(program: "/bin/sh", ["-c", script], in: directory)
        try #require(run.status == 0, "install \(format.program)")
        let path = directory.path(of: "a.ndjson" + format.suffix)
        #expect(try Importer(into: log).read([path]).counts == IngestCounts(added: 9000))
    }

    @Test(arguments: [
        ("a.xlsx", "zip archive or a spreadsheet; extract it, or save the spreadsheet as CSV"),
        ("a.ndjson.gz", "compressed with zstd; decompress it first with 'zstd -dc'"),
    ])
    func unsupportedFormatsAreReported(name: String, words: String) throws {
        let script = """
            printf 'PK\\003\\004 and more' > a.xlsx; echo '{}' | zstd -c | gzip -c > a.ndjson.gz
            """
        let run = try ProgramRun.of(program: "/bin/sh", ["-c", script], in: directory)
        try #require(run.status == 0)
        let result = try Importer(into: log).read([directory.path(of: name)])
        #expect(result.counts == IngestCounts())
        #expect(result.failures.map { "\($0)".hasSuffix(words) } == [true], "\(result.failures)")
    }

    @Test func utf32IsReported() throws {
        let bytes = "\u{FEFF}{}".unicodeScalars.flatMap {
            [UInt8(0), 0, UInt8($0.value >> 8), UInt8($0.value & 0xFF)]
        }
        let path = try directory.write(Data(bytes), to: "a.ndjson")
        let result = try Importer(into: log).read([path])
        #expect(
            result.failures.map { "\($0)" } == [
                "\(path): the file is encoded as UTF-32; convert it to UTF-8"
            ])
    }

    @Test(arguments: ["a.ndjson", "log", "a.json"])
    func holesInFileAreSkipped(name: String) throws {
        let hole = String(repeating: "\0", count: 5000)
        let text = hole + line(1) + hole + "\u{FEFF}" + line(2) + line(3) + hole
        let path = try directory.write(text, to: name)
        #expect(try Importer(into: log).read([path]).counts == IngestCounts(added: 3))
    }

    @Test func holesInResponsesAreSkipped() throws {
        let attempt =
            #"{"msgId":"m1","endpointId":"e1","timestamp":"2026-03-04T10:00:00Z","status":0}"#
        let hole = String(repeating: "\0", count: 500_000)
        let path = try directory.write("\(hole)[\(attempt)]\n\(hole)\(attempt)\n", to: "a")
        var importer = Importer(into: log)
        importer.format = .mapped(.svix)
        importer.company = "H1"
        #expect(try importer.read([path]).counts == IngestCounts(added: 1, known: 1))
    }

    @Test func csvRejectsStartWithSeparatorDeclaration() throws {
        let header = "sep=;\r\ncallback_id;company;finished_at;status\r\n"
        let path = try directory.write(header + "c1;H1;0;200\r\nc2;;0;200\r\n", to: "a.csv")
        var rejects: [UInt8] = []
        var importer = Importer(into: log)
        importer.onReject = { rejects += $0 }
        #expect(try importer.read([path]).counts == IngestCounts(added: 1, rejected: 1))
        #expect(String(decoding: rejects, as: UTF8.self) == header + "c2;;0;200\r\n")
        let corrected = String(decoding: rejects, as: UTF8.self).replacing(";;", with: ";H1;")
        let again = try directory.write(corrected, to: "b.csv")
        #expect(try importer.read([again]).counts == IngestCounts(added: 1))
    }

    @Test func idsShortenedBySpreadsheetAreRejected() throws {
        let row = "1.17593E+18,C1,1.79586E+12,500\r\n"
        let text = "callback_id,company,finished_at,status\r\n" + row + row + row
        let path = try directory.write(text, to: "a.csv")
        var problems: [String] = []
        var importer = Importer(into: log)
        importer.onProblem = { problems.append($1.description) }
        #expect(try importer.read([path]).counts == IngestCounts(rejected: 3))
        let words =
            "'1.17593E+18' was shortened by a spreadsheet and has lost digits; export the column as text"
        #expect(problems == (2...4).map { "line \($0): callback_id: \(words)" })
    }

    @Test func filteredRecordsAreCountedAsSkipped() throws {
        let map = """
            {"callback_id":{"join":["/sg_message_id","/email"]},"finished_at":"/timestamp",
             "outcome":{"pointer":"/event","values":{"delivered":"delivered","open":null,"click":"skip"}}}
            """
        let event = { (id: Int, event: String) in
            #"{"sg_message_id":"m\#(id)","email":"u@example.com","timestamp":1795860000,"event":"\#(event)"}"#
        }
        var importer = Importer(into: log)
        importer.format = .mapped(try RecordMapping(map: Array(map.utf8)))
        importer.company = "H1"
        let events = [event(1, "delivered"), event(1, "open"), event(1, "click")]
        let path = try directory.write("[\(events.joined(separator: ",\n"))]", to: "a.json")
        let counts = try importer.read([path]).counts
        #expect(counts == IngestCounts(added: 1, skipped: 2))
        #expect(
            "\(counts)" == "3 records: 1 added, 0 duplicates, 0 replaced, 0 rejected, 2 skipped")
        // This also holds if the file contains nothing else.
        let opened = try directory.write(event(2, "open"), to: "b.json")
        #expect(try importer.read([opened]).counts == IngestCounts(skipped: 1))
        #expect(
            "\(IngestCounts(added: 1))"
                == "1 record: 1 added, 0 duplicates, 0 replaced, 0 rejected")
    }

    @Test func strictImportsAllFilesOrNone() throws {
        let good = try directory.write(line(1), to: "a.ndjson")
        let bad = try directory.write(line(2) + "no\n", to: "b.ndjson")
        var importer = Importer(into: log)
        importer.isStrict = true
        let refused = try importer.read([good, bad])
        #expect(refused.isKept == false)
        #expect(refused.counts == IngestCounts(added: 2, rejected: 1))
        #expect(try stored() == 0)
        #expect(try importer.read([good]).isKept)
        #expect(try stored() == 1)
    }

    @Test func unreadableFileDoesNotStopOthers() throws {
        let missing = directory.path(of: "missing")
        let header = try directory.write("a,b\n1,2\n", to: "b.csv")
        let good = try directory.write(line(1), to: "c")
        let result = try Importer(into: log).read([missing, header, good])
        #expect(result.counts == IngestCounts(added: 1))
        #expect(
            result.failures.map { "\($0)".replacing(directory.path, with: "") } == [
                "/missing: No such file or directory",
                "/b.csv: line 1: the header row has no column for callback_id, company, finished_at, and none for status, outcome or error",
            ])
    }

    @Test func readablePartOfDamagedGzipIsStored() throws {
        try directory.write((0..<9000).map { line($0) }.joined(), to: "plain")
        let script = "gzip -c plain | head -c 20000 > a.gz"
        #expect(try ProgramRun.of(program: "/bin/sh", ["-c", script], in: directory).status == 0)
        let path = directory.path(of: "a.gz")
        let result = try Importer(into: log).read([path])
        #expect(result.failures.map(\.path) == [path])
        let whole = result.counts.added
        #expect(whole > 0 && whole % 2000 != 0, "the last batch must not be full")
        #expect(try Int(stored()) == whole)
    }

    @Test func recordsOlderThanPruneLimitAreRejected() throws {
        try log.prune(before: Instant(seconds: 1_800_000_000))
        let path = try directory.write(line(1), to: "a.ndjson")
        var problems: [String] = []
        var importer = Importer(into: log)
        importer.onProblem = { problems.append($1.description) }
        #expect(try importer.read([path]).counts == IngestCounts(rejected: 1))
        #expect(problems == ["line 1: older than the prune limit"])
    }

    @Test func rejectsOfSeveralBatchesAreInLineOrder() throws {
        try log.prune(before: Instant(seconds: 1_767_225_600))
        var (text, expected, refused) = ("", [String](), "")
        for number in 1...(4 * RecordProducer.batchSize) {
            switch number {
            case _ where number % 4999 == 0:
                text += "no\n"
                refused += "no\n"
                expected.append("line \(number): not JSON")
            case _ where number % 6007 == 3:
                text += line(-number)
                refused += line(-number)
                expected.append("line \(number): older than the prune limit")
            default: text += line(number)
            }
        }
        var (problems, rejects): ([String], [UInt8]) = ([], [])
        var importer = Importer(into: log)
        importer.onProblem = { problems.append($1.description) }
        importer.onReject = { rejects += $0 }
        let path = try directory.write(text, to: "a.ndjson")
        let counts = try importer.read([path]).counts
        #expect(problems == expected)
        #expect(counts.rejected == expected.count)
        #expect(counts.added == 4 * RecordProducer.batchSize - expected.count)
        #expect(String(decoding: rejects, as: UTF8.self) == refused)
    }

    @Test func progressEndsWithWholeFile() throws {
        let path = try directory.write((1...5000).map { line($0) }.joined(), to: "a.ndjson")
        var last: Importer.Progress?
        var importer = Importer(into: log)
        importer.onProgress = { last = $0 }
        _ = try importer.read([path])
        #expect(last?.read == last?.total)
        #expect(last?.counts == IngestCounts(added: 5000))
    }

    @Test func rejectsOfResponseCanBeImportedAgain() throws {
        let bad = #"{"msgId":"m2","endpointId":"e1","timestamp":"2026-03-04T10:00:00Z","status":1}"#
        let answer = """
            {"data": [
              {"msgId": "m1", "endpointId": "e1", "timestamp": "2026-03-04T10:00:00Z",
               "status": 0, "responseStatusCode": 200, "responseDurationMs": 5},
              \(bad)
            ], "iterator": null, "done": true}
            """
        let path = try directory.write(answer, to: "a.json")
        var (problems, rejects): ([String], [UInt8]) = ([], [])
        var importer = Importer(into: log)
        importer.format = .mapped(.svix)
        importer.company = "H1"
        importer.onProblem = { problems.append($1.description) }
        importer.onReject = { rejects += $0 }
        #expect(try importer.read([path]).counts == IngestCounts(added: 1, rejected: 1))
        let reason = "/status: 1 is not a final state; import the record again later"
        #expect(problems == ["line 4, record 2: " + reason])
        #expect(String(decoding: rejects, as: UTF8.self) == bad + "\n")
        let ended = bad.replacing(#""status":1"#, with: #""status":2"#)
        try directory.write(ended, to: "a.json")
        #expect(try importer.read([path]).counts == IngestCounts(added: 1))
    }
}
