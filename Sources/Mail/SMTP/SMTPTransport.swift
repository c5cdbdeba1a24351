package import Addresses
import Curl
import FoundationEssentials
package import TextSupport

/// Sends mails to a server over one connection, as long as that connection lasts.
///
/// Server, TLS mode and account are immutable, so a connection is never reused under different
/// rules.
package final class SMTPTransport: MailTransport {
    /// Timeouts in milliseconds. The defaults are suitable for remote servers.
    package struct Timeouts: Sendable {
        package var connect = 30_000
        /// The timeout for each reply. RFC 5321 section 4.5.3.2.6 gives a server ten minutes for
        /// the last one.
        package var response = 600_000
        /// The timeout for a mail, including a second connection. It is less than the lease of a
        /// delivery, so that no other run takes over the delivery while this one is alive.
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
    /// The extensions of the open connection, from its EHLO reply.
    private var extensions: ServerExtensions?

    /// Creates a transport. It connects when it is first used.
    ///
    /// - Parameters:
    ///   - server: The mail server and the TLS mode.
    ///   - account: The credentials. It is a programming error to pass them for a remote server
    ///     without TLS.
    ///   - clientName: Returns the fully qualified domain name for EHLO. Called for each new
    ///     connection.
    ///   - caFile: CA certificates to trust instead of the system's.
    ///   - timeouts: The timeouts.
    ///   - stopwatch: Returns the time since an arbitrary fixed point.
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
                { session, dialogue throws(CurlError) in
                    try session.send(from: from, to: to, size: message.count, dialogue)
                },
                DeliveryResult.init)
        }
    }

    package func probe() -> DeliveryResult {
        exchange(
            { [requirements] in SMTPDialogue(requirements) },
            { session, dialogue throws(CurlError) in try session.command("NOOP", dialogue)
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

    /// Performs and classifies a transfer. If the server had closed the old connection, retries
    /// once on a new one.
    private func exchange(
        _ begin: () -> SMTPDialogue,
        _ transfer: (SMTPSession, SMTPDialogue) throws(CurlError) -> Void,
        _ judge: (SMTPDialogue, CurlError?) -> DeliveryResult
    ) -> DeliveryResult {
        let start = stopwatch()
        var dialogue = begin()
        var error = attempt(transfer, dialogue, within: timeouts.delivery)
        if error != nil, isStale(dialogue), let rest = rest(since: start) {
            dialogue = begin()
            error = attempt(transfer, dialogue, within: rest)
        }
        if error != nil { forget() }
        return hidingSecrets(in: advising(judge(dialogue, error), dialogue))
    }

    private func attempt(
        _ transfer: (SMTPSession, SMTPDialogue) throws(CurlError) -> Void,
        _ dialogue: SMTPDialogue, within limit: Int
    ) -> CurlError? {
        do throws(CurlError) {
            let session = try openSession()
            try session.limit(toMilliseconds: limit)
            try transfer(session, dialogue)
            extensions = dialogue.extensions ?? extensions
            return nil
        } catch {
            return error
        }
    }

    /// Returns the milliseconds that are left for the mail, or nil if they are less than the
    /// timeout for the last reply. Aborting while the server takes its time for that reply would
    /// send the mail twice.
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

    /// Whether the server had closed the connection before it received anything of this mail.
    ///
    /// This is the case if the first command on a reused connection got no reply, or 421. If no
    /// command was sent, there may not have been a connection at all, because libcurl only counts
    /// new connections.
    private func isStale(_ dialogue: SMTPDialogue) -> Bool {
        guard session?.reusedConnection == true, dialogue.extensions == nil,
            [.sender, .command].contains(dialogue.phase)
        else { return false }
        let reply = dialogue.lastReply?.reply
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
        options.caFile = caFile
        options.userName = account?.userName
        options.password = account?.password.reveal()
        options.timeouts.connect = timeouts.connect
        options.timeouts.response = (timeouts.response + 999) / 1000
        return options
    }
}

extension SMTPTransport {
    /// A probe succeeds with a 2xx reply to its command. Everything else is classified as for a
    /// mail.
    func probeResult(_ dialogue: SMTPDialogue, _ error: CurlError?) -> DeliveryResult {
        guard error == nil, let last = dialogue.lastReply, last.reply.code / 100 == 2 else {
            return DeliveryResult(dialogue, error: error)
        }
        let login = account.map { "; logged in as '\($0.userName)'" } ?? "; not logged in"
        return .accepted(
            DeliveryReply(.connection, "\(server.authority) responded\(protection)\(login)"))
    }

    private var protection: String {
        server.security == .none ? " without TLS" : " over TLS"
    }

    /// Returns the result with the password redacted in the server's reply.
    func hidingSecrets(in result: DeliveryResult) -> DeliveryResult {
        guard let secrets = account?.secrets else { return result }
        return result.with(result.reply.hiding(secrets))
    }

    /// Adds advice about the port if the server never replied and the port is usual for another
    /// kind of TLS.
    func advising(_ result: DeliveryResult, _ dialogue: SMTPDialogue) -> DeliveryResult {
        guard dialogue.lastReply == nil, let advice = server.portAdvice else { return result }
        return result.with(result.reply.adding(advice))
    }
}

extension DeliveryResult {
    /// Returns the result with another reply.
    package func with(_ reply: DeliveryReply) -> DeliveryResult {
        switch self {
        case .accepted: .accepted(reply)
        case .deferred: .deferred(reply)
        case .rejected: .rejected(reply)
        case .uncertain: .uncertain(reply)
        case .misconfigured: .misconfigured(reply)
        }
    }
}

/// A final check of outgoing mails. libcurl sends everything as given.
enum EnvelopeCheck {
    /// Returns what would break out of the protocol or be changed in transit, or nil if there is
    /// nothing.
    static func fault(_ message: [UInt8], from: String, to: String) -> String? {
        if !isSafe(from) || !isSafe(to) { return "the address is not allowed in SMTP" }
        if !message.ends(with: "\r\n".utf8) { return "the email does not end with a line break" }
        return hasOnlyPlainLines(message)
            ? nil : "the email contains lines that a server would change"
    }

    /// The address cannot contain another command or parameter.
    private static func isSafe(_ address: String) -> Bool {
        let parts = address.split(separator: "@", omittingEmptySubsequences: false)
        return parts.count == 2 && parts.allSatisfy { !$0.isEmpty }
            && !address.hasControl
            && !address.unicodeScalars.contains {
                $0.properties.isWhitespace || "<>\"\\".unicodeScalars.contains($0)
            }
    }

    /// The lines are 7-bit, have at most 998 bytes, end with CRLF and do not begin with a dot.
    ///
    /// Mails are long, so each check processes many bytes at a time.
    private static func hasOnlyPlainLines(_ message: [UInt8]) -> Bool {
        message.withUnsafeBufferPointer { message in
            guard message.reduce(0, |) < 0x80, message.offset(of: 0, from: 0) == nil else {
                return false
            }
            var start = 0
            while let end = message.offset(of: .lineFeed, from: start) {
                // The first carriage return must be the one before the line feed.
                guard message.offset(of: .carriageReturn, from: start) == end - 1,
                    end - start <= 999, message[start] != UInt8(ascii: ".")
                else { return false }
                start = end + 1
            }
            return start == message.count
        }
    }
}

extension [UInt8] {
    fileprivate func ends(with suffix: String.UTF8View) -> Bool {
        self.suffix(suffix.count).elementsEqual(suffix)
    }
}

/// The credentials for a mail server.
package struct MailAccount: Sendable {
    package let userName: String
    package let password: Secret

    package init(userName: String, password: Secret) {
        self.userName = userName
        self.password = password
    }

    /// The password in all forms in which it is transmitted, to find it in server replies.
    ///
    /// The longest form comes first because it may contain the next one.
    var secrets: [String] {
        let password = password.reveal()
        let forms = ["\0\(userName)\0\(password)", password]
        return forms.map { Data($0.utf8).base64EncodedString() } + [password]
    }
}
