import CivilTime
import FoundationEssentials
import Glibc
import SQL
import Storage
import TestSupport
import Testing

@testable import Ingest

/// The last line of a source without a line end: it is read or reported, once.
@Suite struct LastLineTests {
    private let fixture: SourceFixture
    private let header = "finished_at,status,company,callback_id\n"
    private let row = "0,200,H1,c1"

    init() throws {
        fixture = try SourceFixture()
    }

    /// A rotation, after which other lines are in `app.ndjson` or `app.csv`.
    enum Rotation: CaseIterable {
        case renamed, copied, movedToFolder

        func move(_ name: String, in fixture: SourceFixture) throws {
            switch self {
            case .renamed: try fixture.rename(name, to: name + ".1")
            case .copied: try fixture.copyAndTruncate(name, to: name + ".1")
            case .movedToFolder:
                guard mkdir(fixture.path("old"), 0o700) == 0 else {
                    throw CocoaError(.fileWriteUnknown)
                }
                try fixture.rename(name, to: "old/" + name)
            }
        }
    }

    private let object = String(SourceFixture.line(1).dropLast())

    @Test(arguments: Rotation.allCases, ["app.ndjson", "app.ndjson*"])
    func wholeObjectAtEndOfRotatedFileIsRead(rotation: Rotation, pattern: String) throws {
        try fixture.append(SourceFixture.line(0))
        try fixture.run(pattern, rotatedTo: ["old/*"])
        try fixture.append(object)
        try rotation.move("app.ndjson", in: fixture)
        try fixture.append(SourceFixture.line(2))
        #expect(try fixture.run(pattern, rotatedTo: ["old/*"]) == IngestCounts(added: 2))
        #expect(try fixture.run(pattern, rotatedTo: ["old/*"]) == IngestCounts())
        #expect(fixture.failures == [] && fixture.problems == [] && fixture.waiting == [])
    }

    @Test func savedLinesHaveThePermissionsOfTheDatabase() throws {
        #expect(chmod(fixture.path("log.db"), 0o640) == 0)
        try fixture.append("{]\n")
        try fixture.run()
        var status = stat()
        #expect(stat(fixture.path("log.db-rejected.ndjson"), &status) == 0)
        #expect(status.st_mode & 0o777 == 0o640)
    }

    @Test func lineEndAfterWholeObjectIsNoRecord() throws {
        try fixture.append(object)
        #expect(try fixture.run() == IngestCounts(added: 1))
        try fixture.append("\n" + SourceFixture.line(2) + "bad\n")
        #expect(try fixture.run() == IngestCounts(added: 1, rejected: 1))
        #expect(fixture.problems == ["line 3: not JSON"])
    }

    @Test(arguments: [
        "{", "{}", " {\"a\":1} ", #"{"a":"}"#, #"{"a":"}"}"#, #"{"a":"\"}"#, #"{"a":"\\"}"#,
        "{\"a\":[{}]}", "{\"a\":[{}]", "[{}]", "{} {}", "{}x", "\u{FEFF}{}", "", "7",
    ])
    func objectIsWholeIfNothingCanFollow(text: String) {
        let whole = [
            "{}", " {\"a\":1} ", #"{"a":"}"}"#, #"{"a":"\\"}"#, "{\"a\":[{}]}", "\u{FEFF}{}",
        ]
        let isWhole = Array(text.utf8).withBytes { $0.isWholeObject }
        #expect(isWhole == whole.contains(text))
    }

    @Test(arguments: Rotation.allCases)
    func halfOfObjectInRotatedFileIsReportedOnceAndKept(rotation: Rotation) throws {
        let first = SourceFixture.line(0)
        try fixture.append(first + object.prefix(30))
        try fixture.run(rotatedTo: ["old/*"])
        try rotation.move("app.ndjson", in: fixture)
        try fixture.append(SourceFixture.line(2))
        #expect(try fixture.run(rotatedTo: ["old/*"], systemTime: 1) == IngestCounts(added: 1))
        for second in 2..<5 as Range<Int64> {
            try fixture.run(rotatedTo: ["old/*"], systemTime: second)
        }
        let offset = first.utf8.count
        #expect(
            fixture.problems == [
                "line 2: the file ends within this line, which starts at byte \(offset)"
            ])
        #expect(fixture.waiting.count == 1)
        #expect(RejectedLines(nextTo: fixture.path("log.db")).count() == 1)
        let saved = try String(
            contentsOf: URL(filePath: fixture.path("log.db-rejected.ndjson")), encoding: .utf8)
        #expect(saved == object.prefix(30) + "\n")
    }

    @Test func reportedHalfIsReadWhenItIsCompleted() throws {
        try fixture.append(String(object.prefix(30)))
        try fixture.rename("app.ndjson", to: "app.ndjson.1")
        try fixture.append(SourceFixture.line(0))
        for second in 0..<3 as Range<Int64> { try fixture.run(systemTime: second) }
        #expect(fixture.problems.count == 1)
        try fixture.append(object.dropFirst(30) + "\n" + SourceFixture.line(2), to: "app.ndjson.1")
        #expect(try fixture.run(systemTime: 3) == IngestCounts(added: 2))
        #expect(try fixture.stored() == 3 && fixture.problems.count == 1)
    }

    @Test func reportedHalfIsNotReportedAgainWhenCompressed() throws {
        try fixture.append(SourceFixture.line(0) + object.prefix(30), to: "app.ndjson.1")
        for second in 0..<3 as Range<Int64> { try fixture.run(systemTime: second) }
        try fixture.gzip("app.ndjson.1")
        #expect(try fixture.run(systemTime: 4) == IngestCounts())
        #expect(fixture.problems.count == 1)
    }

    @Test(arguments: Rotation.allCases)
    func lastRowOfRotatedFileCountsOnceUnchanged(rotation: Rotation) throws {
        try fixture.append(header + "0,200,H1,c0\n", to: "app.csv")
        try fixture.run("app.csv", rotatedTo: ["old/*"])
        try fixture.append(row, to: "app.csv")
        try rotation.move("app.csv", in: fixture)
        try fixture.append(header + "0,200,H1,c2\n", to: "app.csv")
        let counts = try [0, 60, 150, 300].map {
            try fixture.run("app.csv", rotatedTo: ["old/*"], systemTime: $0)
        }
        let one = IngestCounts(added: 1)
        #expect(counts == [one, IngestCounts(), one, IngestCounts()])
        let offset = (header + "0,200,H1,c0\n").utf8.count
        #expect(
            fixture.waiting.map { $0.split(separator: " ").last } == ["\(offset)", "\(offset)"])
        #expect(fixture.failures == [] && fixture.problems == [])
    }

    /// Like a program that still holds the renamed file open.
    @Test func rowThatIsContinuedIsNotTakenInHalf() throws {
        try fixture.append(header + row, to: "app.csv.1")
        for time in [0, 100, 200, 300, 400] as [Int64] {
            try fixture.run("app.csv", systemTime: time)
            try fixture.append("\(time)", to: "app.csv.1")
        }
        #expect(try fixture.stored() == 0)
        try fixture.append("\n", to: "app.csv.1")
        #expect(try fixture.run("app.csv", systemTime: 500) == IngestCounts(added: 1))
        let id = try fixture.log.database.rows("SELECT callback_id FROM attempts") { $0.text(0) }
        #expect(id == ["c10100200300400"])
    }

    @Test func clockThatWentBackRestartsWait() throws {
        try fixture.append(header + row, to: "app.csv.1")
        let counts = try [9000, 10, 20, 140].map { try fixture.run("app.csv", systemTime: $0) }
        #expect(counts.map(\.added) == [0, 0, 0, 1])
    }

    @Test(arguments: ["app.csv", "app.ndjson"])
    func lastLineOfGrowingFileIsReportedAfterADay(name: String) throws {
        let text = name == "app.csv" ? header + row : SourceFixture.line(0) + object.prefix(30)
        try fixture.append(text, to: name)
        for time in [0, 60, 86_399] as [Int64] { try fixture.run(name, systemTime: time) }
        #expect(fixture.problems == [] && fixture.waiting == [])
        for time in [86_400, 90_000] as [Int64] { try fixture.run(name, systemTime: time) }
        #expect(fixture.problems.count == 1)
        try fixture.append(name == "app.csv" ? "0\n" : object.dropFirst(30) + "\n", to: name)
        #expect(try fixture.run(name, systemTime: 90_001) == IngestCounts(added: 1))
    }

    @Test func datedLogIsFinishedWhenNextOneIsAnHourNewer() throws {
        try fixture.append(header + row, to: "app-20260101.csv")
        try fixture.append(header + "0,200,H1,c2\n", to: "app-20260102.csv")
        let hours = [timespec(tv_sec: 0, tv_nsec: 0), timespec(tv_sec: 1000, tv_nsec: 0)]
        #expect(utimensat(AT_FDCWD, fixture.path("app-20260101.csv"), hours, 0) == 0)
        let counts = try [0, 130].map { try fixture.run("app-*.csv", systemTime: $0) }
        #expect(counts == [IngestCounts(added: 1), IngestCounts(added: 1)])
    }

    @Test func deletedFileWithUndecidedLineIsReported() throws {
        try fixture.append(header + row, to: "app.csv.1")
        try fixture.append(header, to: "app.csv")
        try fixture.run("app.csv")
        #expect(unlink(fixture.path("app.csv.1")) == 0)
        try fixture.run("app.csv", systemTime: 1)
        #expect(
            fixture.failures == [
                .gone(
                    path: fixture.path("app.csv.1"), offset: Int64(header.utf8.count),
                    until: .init(seconds: 0))
            ])
    }

    @Test func holeAtEndOfRotatedFileIsNoLine() throws {
        try fixture.append(
            SourceFixture.line(0) + String(repeating: "\0", count: 100), to: "app.ndjson.1")
        for second in 0..<4 as Range<Int64> { try fixture.run(systemTime: second) }
        #expect(fixture.problems == [] && fixture.waiting == [])
    }
}
