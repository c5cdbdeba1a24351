import CivilTime

extension ObjectDecoder {
    /// Decodes one frequency of `callbackReport`. Returns nil if it is missing or has an error.
    mutating func report(
        _ frequency: Frequency, in zone: TimeZoneRules, directory: String
    ) -> ReportSettings? {
        guard var section = section(frequency.rawValue, keys: Self.keys(of: frequency)) else {
            return nil
        }
        let report = section.report(of: frequency, in: zone, directory)
        absorb(section.diagnostics)
        return report
    }

    private static func keys(of frequency: Frequency) -> [String] {
        let keys = ["enabled", "emailAddresses", "time", "attachCSV", "skipEmpty"] + channelKeys
        switch frequency {
        case .daily: return keys
        case .weekly: return keys + ["weekday"]
        case .monthly: return keys + ["dayOfMonth"]
        }
    }

    private mutating func report(
        of frequency: Frequency, in zone: TimeZoneRules, _ directory: String
    ) -> ReportSettings? {
        let enabled = boolean("enabled") ?? true
        let channels = channels(isRequired: enabled, directory: directory)
        let recipients = mailboxes("emailAddresses")
        let schedule = schedule(of: frequency, in: zone)
        let attachCSV = boolean("attachCSV") ?? false
        let skipEmpty = boolean("skipEmpty") ?? false
        guard diagnostics.isEmpty else { return nil }
        return ReportSettings(
            frequency: frequency, schedule: schedule, recipients: recipients ?? [],
            channels: channels, attachCSV: attachCSV, skipEmpty: skipEmpty, enabled: enabled)
    }

    /// Decodes the schedule. The documented defaults are Wednesday, the 25th, 17:00.
    private mutating func schedule(of frequency: Frequency, in zone: TimeZoneRules) -> Schedule {
        var schedule = Schedule(frequency: frequency, zone: zone)
        schedule.time = text("time", StringFormats.time) ?? schedule.time
        schedule.weekday = text("weekday", StringFormats.weekday) ?? schedule.weekday
        schedule.dayOfMonth = integer("dayOfMonth", StringFormats.dayOfMonth) ?? schedule.dayOfMonth
        return schedule
    }
}
