import TestSupport
import Testing

@testable import Ingest

/// Each line is read once, for random sequences of writing, rotation, compression and reading.
@Suite struct RotationPropertyTests {
    @Test(arguments: 0..<24 as Range<UInt64>)
    func eachLineIsReadOnceAcrossRotations(seed: UInt64) throws {
        var story = try RotationStory(seed: seed)
        for _ in 0..<40 { try story.step() }
        try story.finish()
        let context = "seed \(seed): \(story.steps.joined(separator: ", "))"
        #expect(story.counts == IngestCounts(added: story.good, rejected: story.bad), "\(context)")
        #expect(try story.fixture.stored() == Int64(story.good), "\(context)")
        #expect(story.fixture.problems.count == story.bad, "\(context)")
        #expect(story.fixture.failures == [], "\(context)")
    }
}

/// A program that writes a log, a rotation that moves it, and runs that read it.
private struct RotationStory {
    let fixture: SourceFixture
    private var random: SeededRandom
    private(set) var steps: [String] = []
    private(set) var good = 0
    private(set) var bad = 0
    private(set) var counts = IngestCounts()
    /// The rest of a line of which only the start was written.
    private var rest = ""
    private var runs: Int64 = 0

    init(seed: UInt64) throws {
        fixture = try SourceFixture()
        random = SeededRandom(seed: seed)
        try append()
    }

    mutating func step() throws {
        switch Int.random(in: 0..<10, using: &random) {
        case 0..<4: try append()
        case 4..<7: try run()
        case 7: try rotate("rename") { try $0.rename("app.ndjson", to: "app.ndjson.1") }
        case 8: try rotate("copy") { try $0.copyAndTruncate("app.ndjson", to: "app.ndjson.1") }
        default: try compress()
        }
    }

    mutating func finish() throws {
        try endLine()
        // A line that a rotation cut is reported when a second run finds the file unchanged.
        for _ in 0..<3 { try run() }
    }

    private mutating func append() throws {
        steps.append("append")
        try endLine()
        for _ in 0..<Int.random(in: 1...30, using: &random) {
            let isBad = Int.random(in: 0..<20, using: &random) == 0
            try fixture.append(isBad ? "bad \(bad)\n" : SourceFixture.line(good))
            if isBad { bad += 1 } else { good += 1 }
        }
        guard Bool.random(using: &random) else { return }
        let line = SourceFixture.line(good)
        good += 1
        let cut = Int.random(in: 1..<line.count, using: &random)
        try fixture.append(String(line.prefix(cut)))
        rest = String(line.dropFirst(cut))
    }

    private mutating func endLine() throws {
        if !rest.isEmpty { try fixture.append(rest) }
        rest = ""
    }

    /// Stops in the middle of a line, as a program that is killed. Only its line end may be missing.
    private mutating func abandonLine() {
        guard !rest.isEmpty else { return }
        steps.append(rest == "\n" ? "no line end" : "half")
        if rest != "\n" {
            good -= 1
            bad += 1
        }
        rest = ""
    }

    private mutating func run() throws {
        steps.append("run")
        runs += 1
        counts += try fixture.run(systemTime: runs)
    }

    private mutating func rotate(_ name: String, _ move: (SourceFixture) throws -> Void) throws {
        guard fixture.exists("app.ndjson") else { return }
        if Bool.random(using: &random) { try endLine() } else { abandonLine() }
        steps.append(name)
        for number in (1..<40).reversed() {
            for suffix in ["", ".gz"] where fixture.exists("app.ndjson.\(number)\(suffix)") {
                let old = "app.ndjson.\(number)\(suffix)"
                try fixture.rename(old, to: "app.ndjson.\(number + 1)\(suffix)")
            }
        }
        try move(fixture)
        if !fixture.exists("app.ndjson") { try fixture.append("") }
    }

    private mutating func compress() throws {
        let plain = (1..<40).map { "app.ndjson.\($0)" }.filter(fixture.exists)
        guard let name = plain.randomElement(using: &random) else { return }
        steps.append("gzip \(name)")
        try fixture.gzip(name)
    }
}
