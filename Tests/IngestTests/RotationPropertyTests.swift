import TestSupport
import Testing

@testable import Ingest

/// Whatever is appended, rotated, compressed and read in whatever order: each line once.
@Suite struct RotationPropertyTests {
    @Test(arguments: 0..<24 as Range<UInt64>)
    func eachLineIsReadOnceWhateverTheRotation(seed: UInt64) throws {
        var story = try RotationStory(seed: seed)
        for _ in 0..<40 { try story.goOn() }
        try story.finish()
        let told = "seed \(seed): \(story.steps.joined(separator: ", "))"
        #expect(story.counts == IngestCounts(added: story.good, rejected: story.bad), "\(told)")
        #expect(try story.bench.stored() == Int64(story.good), "\(told)")
        #expect(story.bench.problems.count == story.bad, "\(told)")
        #expect(story.bench.failures == [], "\(told)")
    }
}

/// A program that writes a log, a rotation that moves it, and runs that read it.
private struct RotationStory {
    let bench: SourceBench
    private var random: SeededRandom
    private(set) var steps: [String] = []
    private(set) var good = 0
    private(set) var bad = 0
    private(set) var counts = IngestCounts()
    /// The end of a line whose start was written.
    private var rest = ""

    init(seed: UInt64) throws {
        bench = try SourceBench()
        random = SeededRandom(seed: seed)
        try append()
    }

    mutating func goOn() throws {
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
        try run()
        try run()
    }

    private mutating func append() throws {
        steps.append("append")
        try endLine()
        for _ in 0..<Int.random(in: 1...30, using: &random) {
            let isBad = Int.random(in: 0..<20, using: &random) == 0
            try bench.append(isBad ? "bad \(bad)\n" : SourceBench.line(good))
            if isBad { bad += 1 } else { good += 1 }
        }
        guard Bool.random(using: &random) else { return }
        let line = SourceBench.line(good)
        good += 1
        let cut = Int.random(in: 1..<line.count, using: &random)
        try bench.append(String(line.prefix(cut)))
        rest = String(line.dropFirst(cut))
    }

    private mutating func endLine() throws {
        if !rest.isEmpty { try bench.append(rest) }
        rest = ""
    }

    private mutating func run() throws {
        steps.append("run")
        counts += try bench.run()
    }

    private mutating func rotate(_ name: String, _ move: (SourceBench) throws -> Void) throws {
        try endLine()
        guard bench.exists("app.ndjson") else { return }
        steps.append(name)
        for number in (1..<40).reversed() {
            for suffix in ["", ".gz"] where bench.exists("app.ndjson.\(number)\(suffix)") {
                let old = "app.ndjson.\(number)\(suffix)"
                try bench.rename(old, to: "app.ndjson.\(number + 1)\(suffix)")
            }
        }
        try move(bench)
        if !bench.exists("app.ndjson") { try bench.append("") }
    }

    private mutating func compress() throws {
        let plain = (1..<40).map { "app.ndjson.\($0)" }.filter(bench.exists)
        guard let name = plain.randomElement(using: &random) else { return }
        steps.append("gzip \(name)")
        try bench.gzip(name)
    }
}
