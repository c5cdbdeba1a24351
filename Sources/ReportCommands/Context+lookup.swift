import Addresses
import CivilTime
import CommandLine
import Commands
import ReportDelivery
import Settings
import Storage

extension Context {
    /// Returns the company with a SID.
    ///
    /// - Throws: An error if the company is not configured or its configuration is invalid.
    func company(_ sid: String, in configuration: Configuration) throws -> CompanySettings {
        if let company = configuration.companies.first(where: { $0.sid == sid }) {
            return company
        }
        if configuration.invalidCompanies.contains(where: { $0.sid == sid }) {
            for line in configuration.diagnosticLines { console.say(line, as: .error) }
            throw CommandFailure(
                .badConfiguration,
                "company '\(sid)' has an invalid configuration; see the errors above")
        }
        throw arguments.invalid(
            "company", expected: "a company in \(configuration.file)",
            among: configuration.companies.map(\.sid))
    }

    /// Returns the company of `--company`, or all companies if the option is absent.
    func companies(in configuration: Configuration) throws -> [CompanySettings] {
        guard let sid = arguments.value("company") else { return configuration.companies }
        return [try company(sid, in: configuration)]
    }

    /// Parses the value of a TIME option, in a time zone.
    func time(_ option: String, in zone: TimeZoneRules) throws -> Instant? {
        guard let text = arguments.value(option) else { return nil }
        return try time(text, of: option, in: zone)
    }

    /// Parses a TIME that was given as the value of an option.
    func time(_ text: String, of option: String, in zone: TimeZoneRules) throws -> Instant {
        do {
            return try TimeArgument.instant(text, in: zone)
        } catch {
            throw arguments.misuse("--\(option): \(error)")
        }
    }

    /// Parses the value of a TIME option that belongs to no company.
    ///
    /// A time without an offset is accepted only if all companies have the same time zone.
    func time(_ option: String, for configuration: Configuration) throws -> Instant? {
        guard let text = arguments.value(option) else { return nil }
        if let instant = Instant(rfc3339: text) { return instant }
        let zones = Set(configuration.companies.map(\.zone))
        guard zones.count == 1, let zone = zones.first else {
            throw arguments.invalid(
                option,
                expected: "an RFC 3339 time with an offset, because the companies have "
                    + "different time zones")
        }
        return try time(option, in: zone)
    }

    /// Parses the addresses that were given as the value of an option.
    func mailboxes(_ text: String, of option: String) throws -> [Mailbox] {
        do {
            return try AddressList(parsing: text).mailboxes
        } catch {
            throw arguments.misuse("--\(option): \(error)")
        }
    }

    /// Returns the report whose ID is the operand.
    func reportEntry(in ledger: ReportLedger) throws -> ReportEntry {
        let text = arguments.operands[0]
        guard let id = Int64(text), let entry = try ledger.history(id: id).first else {
            throw arguments.invalid(
                operand: "ID", text, expected: "the ID of a report in 'callback-reports history'")
        }
        return entry
    }
}
