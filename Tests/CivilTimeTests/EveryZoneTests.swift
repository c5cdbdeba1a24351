import CivilTime
import TestSupport
import Testing

/// Compares all transitions of all zones of the system with Python and the C library.
@Suite struct EveryZoneTests {
    @Test func everyZoneMatchesPythonAroundEveryTransitionUntil2045() throws {
        let output = try PythonCheck.run("zones", [system.directory, "2045"], limit: 300)
        var differences: [String] = []
        var changes = 0
        var names: [String] = []
        var zone = TimeZoneRules.utc
        for line in output.split(separator: "\n") {
            let words = line.split(separator: " ")
            if words[0] == "=" {
                names.append(String(words[1]))
                zone = try system.zone(named: String(words[1]))
            } else {
                changes += 1
                if let text = difference(zone, words) { differences.append(text) }
            }
        }
        #expect(differences.prefix(10) == [])
        #expect(changes > 30_000)
        #expect(names == system.names())
    }

    /// Returns nil if the zone agrees with the line of the script.
    private func difference(_ zone: TimeZoneRules, _ words: [Substring]) -> String? {
        let second = Int64(words[0]) ?? 0
        let expected = words[1...3].map(String.init) + [String(words[4]), String(words[5])]
        let offsets = (-1...1).map { zone.offset(at: Instant(seconds: second + $0)) }
        let found =
            offsets.map { String($0.seconds) }
            + [offsets[1].abbreviation, offsets[1].isDaylight ? "1" : "0"]
        guard found == expected else { return "\(zone.name) \(second): \(found), not \(expected)" }
        let locals = Self.locals(around: second, offsets[0].seconds, offsets[1].seconds)
        let moves = locals.map { String($0 - zone.instant(of: Self.civil($0)).seconds) }
        let expectedMoves = words[6...].map(String.init)
        guard moves == expectedMoves else {
            return "\(zone.name) \(second), local: \(moves), not \(expectedMoves)"
        }
        return nil
    }

    /// The same local times as the script's `locals_around`.
    private static func locals(around second: Int64, _ before: Int, _ after: Int) -> [Int64] {
        let low = second + Int64(min(before, after))
        let high = second + Int64(max(before, after))
        return [low - 1, low, (low + high).flooredDivision(by: 2), high - 1, high, high + 1]
    }

    private static func civil(_ seconds: Int64) -> CivilDateTime {
        TimeZoneRules.utc.civil(Instant(seconds: seconds))
    }

    @Test func localTimesRoundTripUnlessTheyAreAmbiguous() throws {
        var random = SeededRandom(seed: 9636)
        for name in system.names() {
            let zone = try system.zone(named: name)
            for _ in 0..<20 {
                let seconds = Int64.random(in: -5_000_000_000...5_000_000_000, using: &random)
                let instant = Instant(seconds: seconds)
                switch zone.wallTime(of: zone.civil(instant)) {
                case .once(let only): #expect(only == instant, "\(name)")
                case .twice(let first, let second):
                    #expect([first, second].contains(instant), "\(name)")
                case .never: Issue.record("\(name) never shows what it shows at \(seconds)")
                }
            }
        }
    }
}
