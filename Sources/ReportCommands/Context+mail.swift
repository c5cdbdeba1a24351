import Addresses
import CivilTime
import CommandLine
import Commands
import DeliveryLog
import Mail
import ReportDelivery
import Reporting
import Settings
import Storage

extension Context {
    func composer(
        _ configuration: Configuration, _ log: AttemptLog
    ) throws -> ReportComposer {
        try ReportComposer(configuration, log, tzVersion: zones.version)
    }

    /// Returns the transport to the mail server or Maildir. It connects when it sends the first
    /// mail.
    ///
    /// - Throws: An error if the password cannot be read.
    func transport(_ configuration: Configuration) throws -> any MailTransport {
        let mail = configuration.mail
        switch mail.location {
        case .directory(let path): return MaildirTransport(directory: path)
        case .server(let server):
            let account = try mail.login.map { login in
                MailAccount(
                    userName: login.username,
                    password: try login.password.password(environment: environment))
            }
            return SMTPTransport(
                server, account: account, clientName: { mail.helloName ?? MachineName.full },
                caFile: mail.caFile, stopwatch: stopwatch)
        }
    }

    /// Prints the result of an email that was sent by hand and returns the exit status.
    ///
    /// - Parameters:
    ///   - accepted: The word for success.
    ///   - deferred: The words for a temporary failure. Nothing retries such an email.
    func printResult(
        _ result: DeliveryResult, _ address: String, accepted: String = "sent",
        deferred: String = "not sent"
    ) -> ExitStatus {
        let words = result.failure(deferred: deferred) ?? accepted
        let advice = result.isTemporary ? "; try again later" : ""
        let line = "\(address): \(words) (\(result.reply))\(advice)".withVisibleControls
        guard case .accepted = result else {
            console.say(line, as: result.emphasis)
            return result.exitStatus
        }
        console.print(line)
        return .success
    }
}

extension DeliveryResult {
    /// A description of the failure; nil if the email was accepted.
    fileprivate func failure(deferred: String) -> String? {
        switch self {
        case .accepted: nil
        case .deferred: deferred
        case .rejected: "rejected"
        case .uncertain: "may have been sent"
        case .misconfigured: "not sent"
        }
    }

    fileprivate var isTemporary: Bool {
        if case .deferred = self { true } else { false }
    }

    fileprivate var emphasis: Emphasis {
        switch self {
        case .accepted: .plain
        case .deferred, .uncertain: .warning
        case .rejected, .misconfigured: .error
        }
    }

    fileprivate var exitStatus: ExitStatus {
        switch self {
        case .accepted: .success
        case .deferred, .uncertain: .temporaryFailure
        case .rejected, .misconfigured: .refused
        }
    }
}

extension ReportLedger {
    /// Returns the report of a chosen period, with what the ledger knows of its series.
    func report(_ choice: PeriodChoice, by composer: ReportComposer) throws -> Report {
        guard let (_, schedule, _) = choice.report else {
            return try composer.report(of: choice.company, nil, choice.period, now: choice.now)
        }
        return try report(
            of: choice.company, schedule, choice.period, now: choice.now, by: composer)
    }
}
