import CivilTime
import TestSupport
import Testing

/// Compares schedules in all zones of the system with Python.
@Suite struct EveryZoneScheduleTests {
    /// A line of the script: a schedule, a time range and the occurrences in it.
    private struct Expectation {
        var schedule: Schedule
        var start: Instant
        var end: Instant
        var occurrences: [Instant] = []

        init(_ line: Substring) throws {
            let words = line.split(separator: " ")
            let numbers = words[5...].map { Int64($0) ?? 0 }
            schedule = Schedule(
                frequency: try #require(Frequency(rawValue: String(words[1]))),
                time: try #require(TimeOfDay(String(words[2]))),
                weekday: try #require(Weekday(name: String(words[3]))),
                dayOfMonth: try #require(Int(words[4])),
                zone: try system.zone(named: String(words[0])))
            (start, end) = (Instant(seconds: numbers[0]), Instant(seconds: numbers[1]))
            var last = start
            for step in numbers[2...] {
                last = last.advanced(seconds: step)
                occurrences.append(last)
            }
        }

        var name: String {
            let day = "\(schedule.weekday) \(schedule.dayOfMonth) \(schedule.time)"
            return "\(schedule.zone.name) \(schedule.frequency) \(day) from \(start.rfc3339)"
        }
    }

    @Test func occurrencesMatchPythonInEveryZone() throws {
        let output = try PythonCheck.run("schedule", [system.directory], limit: 300)
        var wrong: [String] = []
        var count = 0
        for line in output.split(separator: "\n") {
            let expected = try Expectation(line)
            count += expected.occurrences.count
            if !isRight(expected) || !isRightBackwards(expected) { wrong.append(expected.name) }
        }
        #expect(wrong.prefix(10) == [])
        #expect(count > 300_000)
    }

    private func isRight(_ expected: Expectation) -> Bool {
        expected.schedule.occurrences(after: expected.start, through: expected.end)
            == expected.occurrences
    }

    /// Whether the previous occurrence is found from each occurrence and from the instants around
    /// it.
    ///
    /// In long lists, only days that do not have 24 hours are checked, which saves minutes.
    private func isRightBackwards(_ expected: Expectation) -> Bool {
        let isShort = expected.occurrences.count < 100
        return zip(expected.occurrences, expected.occurrences.dropFirst())
            .map { Period(start: $0, end: $1) }
            .filter { isShort || $0.length != 86_400_000 }
            .allSatisfy { isFound($0, by: expected.schedule) }
    }

    private func isFound(_ period: Period, by schedule: Schedule) -> Bool {
        let justBefore = period.end.advanced(milliseconds: -1)
        return schedule.period(endingAt: period.end) == period
            && schedule.occurrence(after: period.start) == period.end
            && schedule.occurrence(after: justBefore) == period.end
            && schedule.occurrence(atOrBefore: period.end) == period.end
            && schedule.occurrence(atOrBefore: justBefore) == period.start
    }
}
