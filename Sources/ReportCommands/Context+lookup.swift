import Addresses
import CivilTime
import CommandLine
import Commands
import ReportDelivery
import Scheduling
import Settings

extension Context {
    /// The company of a SID, which must be configured and free of mistakes.
    func company(_ sid: String, in configuration: Configuration) throws -> CompanySettings {
        if let company = configuration.companies.first(where: { $0.sid == sid }) {
            return company
        }
        if configuration.invalidCompanies.contains(where: { $0.sid == sid }) {
            for line in configuration.mistakeLines { console.say(line) }
            throw CommandFailure(
                .badConfiguration, "company '\(sid)' is held up by the mistakes above")
        }
        throw arguments.invalid(
            "company", expected: "a company of \(configuration.file)",
            among: configuration.companies.map(\.sid))
    }

    /// The companies that `--company` means: one, or all when it is absent.
    func companies(in configuration: Configuration) throws -> [CompanySettings] {
        guard let sid = arguments.value("company") else { return configuration.companies }
        return [try company(sid, in: configuration)]
    }

    /// The value of an option that is a TIME, in a zone.
    func time(_ option: String, in zone: TimeZoneRules) throws -> Instant? {
        guard let text = arguments.value(option) else { return nil }
        return try time(text, of: option, in: zone)
    }

    /// A TIME that was given as the value of an option.
    func time(_ text: String, of option: String, in zone: TimeZoneRules) throws -> Instant {
        do {
            return try TimeArgument.instant(text, in: zone)
        } catch {
            throw arguments.misuse("--\(option): \(error)")
        }
    }

    /// The value of an option that is a TIME of no company in particular.
    ///
    /// Without an offset it is understood only where all companies have one zone.
    func time(_ option: String, for configuration: Configuration) throws -> Instant? {
        guard let text = arguments.value(option) else { return nil }
        if let instant = Instant(rfc3339: text) { return instant }
        let zones = Set(configuration.companies.map(\.zone))
        guard zones.count == 1, let zone = zones.first else {
            throw arguments.invalid(
                option,
                expected: "an RFC 3339 time with its offset, which is needed where "
                    + "companies have different time zones")
        }
        return try time(option, in: zone)
    }

    /// The mailboxes that an option names.
    func mailboxes(_ text: String, of option: String) throws -> [Mailbox] {
        do {
            return try AddressList(parsing: text).mailboxes
        } catch {
            throw arguments.misuse("--\(option): \(error)")
        }
    }

    /// The number of a report in `history`.
    func reportEntry(in ledger: Ledger) throws -> ReportEntry {
        let text = arguments.operands[0]
        guard let id = Int64(text), let entry = try ledger.history(id: id).first else {
            throw arguments.invalid(
                operand: "ID", text, expected: "the id of a report in 'callback-reports history'")
        }
        return entry
    }
}
