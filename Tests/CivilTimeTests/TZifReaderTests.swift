import CivilTime
import FoundationEssentials
import TestSupport
import Testing

@Suite struct TZifReaderTests {
    private func read(_ builder: TZifBuilder) throws -> TimeZoneRules {
        try TimeZoneRules(name: "Test", tzif: builder.bytes)
    }

    @Test(arguments: [0, UInt8(ascii: "2"), UInt8(ascii: "3"), UInt8(ascii: "4")])
    func readsEveryVersion(version: UInt8) throws {
        let zone = try read(
            TZifBuilder(
                version: version, times: [-1000, 1000], kinds: [1, 0],
                types: [(3600, 0, 0), (7200, 1, 4)]))
        let offsets = [-1001, -1000, 999, 1000, 9_999_999_999].map {
            zone.offset(at: Instant(seconds: $0)).description
        }
        #expect(offsets == ["+01:00", "+02:00", "+02:00", "+01:00", "+01:00"])
    }

    @Test func abbreviationCanBeASuffixOfAnother() throws {
        let zone = try read(TZifBuilder(types: [(0, 0, 5)]))
        #expect(zone.offset(at: Instant(seconds: 0)).abbreviation == "EST")
    }

    struct Damage: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var builder: TZifBuilder
        var error: TZifError
    }

    @Test(arguments: [
        Damage(
            testDescription: "version 1 as a digit",
            builder: TZifBuilder(version: UInt8(ascii: "1")), error: .unknownVersion(49)),
        Damage(
            testDescription: "no types", builder: TZifBuilder(types: []),
            error: .wrongCount(field: "typecnt", count: 0)),
        Damage(
            testDescription: "no names", builder: TZifBuilder(names: ""),
            error: .wrongCount(field: "charcnt", count: 0)),
        Damage(
            testDescription: "UT indicators for too many types",
            builder: TZifBuilder(utIndicators: [0, 0]),
            error: .wrongCount(field: "isutcnt", count: 2)),
        Damage(
            testDescription: "standard indicators for too many types",
            builder: TZifBuilder(standardIndicators: [0, 0]),
            error: .wrongCount(field: "isstdcnt", count: 2)),
        Damage(
            testDescription: "leap seconds",
            builder: TZifBuilder(leapSeconds: [(78_796_800, 1)]), error: .leapSeconds),
        Damage(
            testDescription: "a repeated transition time",
            builder: TZifBuilder(times: [5, 5], kinds: [0, 0]),
            error: .wrongTransition(index: 1, time: 5)),
        Damage(
            testDescription: "a time before the Big Bang",
            builder: TZifBuilder(times: [.min], kinds: [0]),
            error: .wrongTransition(index: 0, time: .min)),
        Damage(
            testDescription: "a time too late for adding an offset",
            builder: TZifBuilder(times: [.max], kinds: [0]),
            error: .wrongTransition(index: 0, time: .max)),
        Damage(
            testDescription: "an unknown type",
            builder: TZifBuilder(times: [5], kinds: [1]),
            error: .unknownType(transition: 0, type: 1)),
        Damage(
            testDescription: "an offset of 26 hours",
            builder: TZifBuilder(types: [(93_600, 0, 0)]), error: .wrongType(index: 0)),
        Damage(
            testDescription: "the offset that cannot be negated",
            builder: TZifBuilder(types: [(.min, 0, 0)]), error: .wrongType(index: 0)),
        Damage(
            testDescription: "a flag of 2",
            builder: TZifBuilder(types: [(0, 2, 0)]), error: .wrongType(index: 0)),
        Damage(
            testDescription: "a name beyond the names",
            builder: TZifBuilder(types: [(0, 0, 9)]), error: .wrongType(index: 0)),
        Damage(
            testDescription: "an unterminated name",
            builder: TZifBuilder(names: "CET"), error: .wrongType(index: 0)),
        Damage(
            testDescription: "a name with a line break",
            builder: TZifBuilder(names: "C\nT\0"), error: .wrongType(index: 0)),
        Damage(
            testDescription: "a footer without its start",
            builder: TZifBuilder(footer: "CET-1\n"), error: .wrongFooter("")),
        Damage(
            testDescription: "an unterminated footer",
            builder: TZifBuilder(footer: "\nCET-1"), error: .truncated(missingBytes: 1)),
        Damage(
            testDescription: "no footer", builder: TZifBuilder(footer: ""),
            error: .truncated(missingBytes: 2)),
    ])
    func reportsDamage(_ damage: Damage) {
        #expect(throws: damage.error) { try read(damage.builder) }
    }

    @Test func emptyFileIsTruncated() {
        #expect(throws: TZifError.truncated(missingBytes: 44)) {
            try TimeZoneRules(name: "Test", tzif: [])
        }
    }

    @Test func textIsNotTZif() {
        #expect(throws: TZifError.notTZif) {
            try TimeZoneRules(name: "Test", tzif: Array(repeating: 0x20, count: 60))
        }
    }

    @Test func hugeCountsAreReportedAsTruncation() {
        var bytes = TZifBuilder().bytes
        bytes.replaceSubrange(20..<44, with: repeatElement(0xff, count: 24))
        let size = 4_294_967_295 * (1 + 1 + 8 + 5 + 6 + 1)
        #expect(throws: TZifError.truncated(missingBytes: size - (bytes.count - 44))) {
            try TimeZoneRules(name: "Test", tzif: bytes)
        }
    }

    @Test func everyTruncationOfARealFileIsAnError() throws {
        let bytes = try realFile("Europe/Berlin")
        for count in 0..<bytes.count {
            #expect(throws: TZifError.self, "cut to \(count) bytes") {
                try TimeZoneRules(name: "Test", tzif: Array(bytes.prefix(count)))
            }
        }
    }

    @Test func noMutationOfRealFilesTraps() throws {
        var random = SeededRandom(seed: 2026)
        var read = 0
        for name in ["Europe/Berlin", "Pacific/Apia", "America/Nuuk", "Etc/UTC"] {
            let original = try realFile(name)
            for _ in 0..<1500 {
                let bytes = mutated(original, &random)
                guard let zone = try? TimeZoneRules(name: "Test", tzif: bytes) else { continue }
                read += 1
                use(zone)
            }
        }
        // Many mutations leave a valid file. They test the code after parsing.
        #expect(read > 500)
    }

    private func realFile(_ name: String) throws -> [UInt8] {
        try Array(Data(contentsOf: URL(filePath: "\(system.directory)/\(name)")))
    }

    /// Changes, removes and inserts up to four bytes.
    private func mutated(_ original: [UInt8], _ random: inout SeededRandom) -> [UInt8] {
        var bytes = original
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let index = Int.random(in: 0..<bytes.count, using: &random)
            let byte = [0, 1, 0x7f, 0x80, 0xff, UInt8.random(in: 0...255, using: &random)]
            switch Int.random(in: 0..<8, using: &random) {
            case 0: bytes.remove(at: index)
            case 1: bytes.insert(byte[5], at: index)
            default: bytes[index] = byte.randomElement(using: &random) ?? 0
            }
        }
        return bytes
    }

    /// Calls everything that would trap if an invalid value had been accepted.
    private func use(_ zone: TimeZoneRules) {
        let edge = Int64.max - 200_000_000
        for milliseconds in [-edge, -1, 0, 1_790_000_000_000, edge] {
            let instant = Instant(milliseconds: milliseconds)
            _ = zone.transition(after: instant)
            _ = zone.instant(of: zone.civil(instant))
            _ = zone.offset(at: instant).description
        }
    }
}
