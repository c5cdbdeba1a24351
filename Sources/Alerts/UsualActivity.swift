package import CivilTime

/// When the delivery log usually has records, to decide whether a silence of it is unusual.
///
/// A silence is unusual if one of these is true:
/// - It is at least three times as long as every gap in the four weeks before. A log that began less
///   than a week before may not have had a weekend yet, so there it must be six times as long. If the
///   log began less than a day before, it must also be longer than a day.
/// - It includes hours without a record that had records throughout on each of the last seven days,
///   or on the same weekday in each of the last four weeks (see ``SilenceRule``).
///
/// A quiet night or weekend is therefore not unusual, but a quiet working day is.
package struct UsualActivity: Sendable {
    /// The quarter hours with records, in order.
    private let quarters: [Instant]
    /// The time of the first record of the log.
    private let beginning: Instant
    private let zone: TimeZoneRules

    /// The silences that are compared with the same hours of other days, in milliseconds. The
    /// shortest is the shortest silence that can be unusual.
    package static let lengths = [1, 2, 4, 8, 16].map { $0 * AlertRule.hour }
    /// The time before a silence from which quarter hours are needed.
    package static let memory = 30 * AlertRule.day

    private static let fourWeeks = 28 * AlertRule.day
    private static let week = 7 * AlertRule.day
    /// With fewer gaps, it is not known which ones are usual.
    private static let minimumGaps = 5

    /// - Parameters:
    ///   - quarters: The starts of the quarter hours with records, in order: those since
    ///     ``memory`` before the silences, and the last one before that.
    ///   - beginning: The time of the first record of the log.
    ///   - zone: The time zone in which traffic follows the hours of the day. UTC is also considered.
    package init(quarters: [Instant], beginning: Instant, zone: TimeZoneRules) {
        self.quarters = quarters
        self.beginning = beginning
        self.zone = zone
    }

    /// Returns whether a time without records is unusual.
    ///
    /// - Parameter silence: The time between two records, or since the last record.
    package func isUnusual(_ silence: Period) -> Bool {
        guard silence.length >= Self.lengths[0] else { return false }
        return isLongerThanGaps(silence) || isAtBusyHours(silence)
    }

    /// Returns the longest gap between two records in the four weeks before an instant, in
    /// milliseconds and exact to a quarter hour. Nil if there are no two records.
    package func longestGap(before time: Instant) -> Int64? { gaps(before: time).max() }

    private func gaps(before time: Instant) -> [Int64] {
        let first = index(of: time.advanced(milliseconds: -Self.fourWeeks))
        let recent = quarters[max(0, first - 1)..<index(of: time.advanced(milliseconds: 1))]
        return zip(recent, recent.dropFirst()).map { $1.milliseconds - $0.milliseconds }
    }

    private func isLongerThanGaps(_ silence: Period) -> Bool {
        let gaps = gaps(before: silence.start)
        guard gaps.count >= Self.minimumGaps, let longest = gaps.max() else { return false }
        let age = silence.start.milliseconds - beginning.milliseconds
        if age < AlertRule.day, silence.length <= AlertRule.day { return false }
        return silence.length >= (age < Self.week ? 6 : 3) * longest
    }

    // MARK: The same hours of other days

    private func isAtBusyHours(_ silence: Period) -> Bool {
        let end = min(silence.end, silence.start.advanced(milliseconds: Self.week))
        var times = stride(
            from: silence.start.milliseconds + Self.lengths[0], to: end.milliseconds,
            by: Int(AlertRule.hour)
        ).map { Instant(milliseconds: $0) }
        times.append(end)
        return times.contains { time in
            Self.lengths.prefix { $0 <= time.milliseconds - silence.start.milliseconds }.contains {
                isUsuallyBusy(for: $0, before: time)
            }
        }
    }

    private func isUsuallyBusy(for length: Int64, before time: Instant) -> Bool {
        [[7, 14, 21, 28], Array(1...7)].contains { days in
            days.allSatisfy { wasBusy(for: length, before: time, days: $0) }
        }
    }

    private func wasBusy(for length: Int64, before time: Instant, days: Int) -> Bool {
        SilenceRule.sameTimes(as: time, daysBefore: days, in: zone).allSatisfy { end in
            let period = SilenceRule.comparedHours(length, before: end)
            return period.start >= beginning
                && SilenceRule.isBusy(length, period, quarters[indices(of: period)])
        }
    }

    // MARK: Quarter hours

    /// Returns the quarter hours that a period touches.
    private func indices(of period: Period) -> Range<Int> {
        let first = index(of: period.start.advanced(milliseconds: 1 - 900_000))
        return first..<max(first, index(of: period.end))
    }

    /// Returns the index of the first quarter hour that starts at or after an instant.
    private func index(of time: Instant) -> Int {
        var (low, high) = (0, quarters.count)
        while low < high {
            let middle = (low + high) / 2
            if quarters[middle] < time { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
