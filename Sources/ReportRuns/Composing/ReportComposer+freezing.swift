import Addresses
import CivilTime
import DeliveryLog
import Mail
import Reporting
import Settings

extension ReportComposer {
    /// All that will be sent and shown of a report, as it is now.
    func freeze(
        _ report: Report, for settings: ReportSettings, at now: Instant
    ) throws -> FrozenReport {
        var forms: [ReportForm: String] = [:]
        for form in ReportForm.allCases { forms[form] = try text(of: report, as: form) }
        let mails = try settings.recipients.map { recipient in
            try message(of: report, to: recipient, attachCSV: settings.attachCSV, date: now)
        }
        let parts = try mails.map { try MessageParts($0.bytes()) }
        guard let body = parts.first?.body, parts.allSatisfy({ $0.body == body }) else {
            throw FreezingError.bodiesDiffer
        }
        let letters = zip(mails, parts).map { mail, parts in
            FrozenReport.Letter(
                address: mail.to.address, messageID: mail.messageID, header: parts.header)
        }
        return FrozenReport(
            standing: try builder.standing(
                company: report.company.sid, atEndOf: report.period),
            forms: forms, sender: mail.from.address, body: body, letters: letters)
    }
}

/// A message cut behind the empty line that ends its header.
private struct MessageParts {
    var header: [UInt8]
    var body: [UInt8]

    init(_ bytes: [UInt8]) throws {
        let end = Array("\r\n\r\n".utf8)
        let limit = bytes.count - end.count
        guard let start = (0...max(limit, 0)).first(where: { bytes[$0...].starts(with: end) })
        else { throw FreezingError.noHeader }
        header = Array(bytes[..<(start + end.count)])
        body = Array(bytes[(start + end.count)...])
    }
}

/// Mistakes of this program, kept from reaching a reader.
enum FreezingError: Error, CustomStringConvertible {
    case bodiesDiffer
    case noHeader

    var description: String {
        switch self {
        case .bodiesDiffer: "the mails of one report differ in more than their header"
        case .noHeader: "a mail was written without the end of its header"
        }
    }
}
