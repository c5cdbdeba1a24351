package import Addresses
import Curl

/// Delivers mails to a server, all of them over one connection while that lasts.
///
/// Server, protection and account are fixed, so no connection is used under other rules than those
/// it was made under.
package final class SMTPTransport: MailTransport {
    /// Limits of time in milliseconds; the standard ones are for servers far away.
    package struct Timeouts: Sendable {
        package var connect = 30_000
        /// For each answer; RFC 5321 4.5.3.2.6 gives a server ten minutes for the last one.
        package var response = 600_000
        /// For all that one mail takes, a second connection with it: less than the lease of a
        /// delivery, so that no other run takes over while its owner is alive.
        package var delivery = 840_000
        package var quit = 5_000

        package init() {}
    }

    let server: MailServer
    let account: MailAccount?
    private let clientName: () -> String
    private let caFile: String?
    private let timeouts: Timeouts
    private let stopwatch: () -> Duration
    private var session: SMTPSession?
    /// Of the connection that is open, from its EHLO.
    private var extensions: ServerExtensions?

    /// - Parameters:
    ///   - account: refused, as a mistake of the program, where it would be sent in clear text.
    ///   - clientName: gives what the program calls itself in EHLO, a full domain name; asked
    ///     for with each new connection.
    ///   - caFile: certificates to trust instead of the system's.
    ///   - stopwatch: time since any instant.
    package init(
        _ server: MailServer, account: MailAccount?, clientName: @escaping () -> String,
        caFile: String? = nil,
        timeouts: Timeouts = Timeouts(), stopwatch: @escaping () -> Duration
    ) {
        precondition(account == nil || server.security != .none || server.isLoopback)
        self.server = server
        self.account = account
        self.clientName = clientName
        self.caFile = caFile
        self.timeouts = timeouts
        self.stopwatch = stopwatch
    }

    deinit {
        close()
    }

    package func deliver(
        _ message: [UInt8], from: String, to: String, beforeFinalDot: () -> Bool
    ) -> DeliveryResult {
        if let fault = EnvelopeCheck.fault(message, from: from, to: to) {
            return .rejected(DeliveryReply(.connection, fault))
        }
        var requirements = requirements
        requirements.size = message.count
        requirements.smtpUTF8 = !to.utf8.allSatisfy { $0 < 0x80 }
        if let stop = extensions.flatMap(requirements.stop) { return stop.result }
        return withoutActuallyEscaping(beforeFinalDot) { mark in
            exchange(
                { SMTPDialogue(requirements, message: message, beforeFinalDot: mark) },
                { session, conversation throws(CurlError) in
                    try session.send(from: from, to: to, size: message.count, conversation)
                },
                DeliveryResult.init)
        }
    }

    package func probe() -> DeliveryResult {
        exchange(
            { [requirements] in SMTPDialogue(requirements) },
            { session, conversation throws(CurlError) in try session.command("NOOP", conversation)
            },
            probeResult)
    }

    package func close() {
        session?.quit(limit: timeouts.quit, SMTPDialogue(SessionRequirements()))
        forget()
    }

    private func forget() {
        session = nil
        extensions = nil
    }
}

extension SMTPTransport {
    private var requirements: SessionRequirements {
        SessionRequirements(
            startTLS: server.security == .startTLS, authentication: account != nil)
    }

    /// Does a transfer and judges it; once more on a new connection when the old one was gone.
    private func exchange(
        _ begin: () -> SMTPDialogue,
        _ transfer: (SMTPSession, SMTPDialogue) throws(CurlError) -> Void,
        _ judge: (SMTPDialogue, CurlError?) -> DeliveryResult
    ) -> DeliveryResult {
        let start = stopwatch()
        var conversation = begin()
        var error = attempt(transfer, conversation, within: timeouts.delivery)
        if error != nil, isStale(conversation), let rest = rest(since: start) {
            conversation = begin()
            error = attempt(transfer, conversation, within: rest)
        }
        if error != nil { forget() }
        return hidingSecrets(in: advising(judge(conversation, error), conversation))
    }

    private func attempt(
        _ transfer: (SMTPSession, SMTPDialogue) throws(CurlError) -> Void,
        _ conversation: SMTPDialogue, within limit: Int
    ) -> CurlError? {
        do throws(CurlError) {
            let session = try openSession()
            try session.limit(toMilliseconds: limit)
            try transfer(session, conversation)
            extensions = conversation.extensions ?? extensions
            return nil
        } catch {
            return error
        }
    }

    /// The milliseconds that are left for the mail; nil when a server that takes all the time it
    /// has for its last answer would be cut off, and the mail would go twice.
    private func rest(since start: Duration) -> Int? {
        let rest = timeouts.delivery - Int((stopwatch() - start) / .milliseconds(1))
        return rest >= timeouts.response ? rest : nil
    }

    private func openSession() throws(CurlError) -> SMTPSession {
        if let session { return session }
        let session = try SMTPSession(options)
        self.session = session
        return session
    }

    /// Whether the server had closed the connection before it saw anything of this mail.
    ///
    /// Then the first command on a connection of an earlier transfer had no answer, or 421. Without
    /// that command there may have been no connection: libcurl counts only those that were opened.
    private func isStale(_ conversation: SMTPDialogue) -> Bool {
        guard session?.reusedConnection == true, conversation.extensions == nil,
            [.sender, .command].contains(conversation.phase)
        else { return false }
        let reply = conversation.lastReply?.reply
        return reply == nil || reply?.code == 421
    }

    private var options: SMTPOptions {
        let security: SMTPOptions.Security =
            switch server.security {
            case .startTLS: .startTLS
            case .implicitTLS: .implicitTLS
            case .none: .none
            }
        var options = SMTPOptions(
            authority: server.authority, security: security, clientName: clientName())
        options.authorities = caFile
        options.userName = account?.userName
        options.password = account?.password.reveal()
        options.timeouts.connect = timeouts.connect
        options.timeouts.response = (timeouts.response + 999) / 1000
        return options
    }
}
