import Curl

/// The SMTP dialogue of a transfer. It records the replies with their phases and checks what
/// libcurl does not check.
///
/// Sent lines only change the phase and are not kept, so no credentials are kept.
final class SMTPDialogue: SMTPObserver {
    private let requirements: SessionRequirements
    private let message: [UInt8]
    private let beforeFinalDot: () -> Bool
    private var offset = 0
    private var lines: [String] = []
    private var isLeaving = false

    private(set) var phase = SMTPPhase.connection
    /// The last complete reply with its phase.
    private(set) var lastReply: (phase: SMTPPhase, reply: ServerReply)?
    /// The extensions in the last EHLO reply of this transfer, or nil on a reused connection.
    private(set) var extensions: ServerExtensions?
    private(set) var isEncrypted = false
    /// Why the program aborted the transfer.
    private(set) var stop: SessionRequirements.AbortReason?
    /// Whether libcurl has the last bytes, so that the server may have them as well.
    private(set) var handedOver = false

    init(
        _ requirements: SessionRequirements, message: [UInt8] = [],
        beforeFinalDot: @escaping () -> Bool = { true }
    ) {
        self.requirements = requirements
        self.message = message
        self.beforeFinalDot = beforeFinalDot
    }

    /// The reply to the end of the mail, or nil if there was none.
    var finalReply: ServerReply? {
        lastReply?.phase == .content ? lastReply?.reply : nil
    }

    func sent(_ line: String) {
        // After a rejection, libcurl sends QUIT by itself. The rejection is the result, not the
        // reply to QUIT.
        if line == "QUIT" { isLeaving = true }
        // The line is not a command but the response to a 334 challenge, which is part of the
        // credentials.
        if phase == .authentication, lastReply?.reply.code == 334 { return }
        if !isLeaving { phase = SMTPPhase(command: line) ?? phase }
    }

    func received(_ line: String) -> Bool {
        if isLeaving { return true }
        if phase == .connection { phase = .greeting }
        lines.append(line)
        guard ServerReply.isLast(line) else { return true }
        defer { lines = [] }
        guard let reply = ServerReply(lines: lines) else { return true }
        lastReply = (phase, reply)
        if phase == .startTLS, reply.code == 220 { isEncrypted = true }
        // libcurl continues after any 2xx reply, so check all of them.
        if phase == .hello, reply.code / 100 == 2 {
            return accepts(ServerExtensions(lines: lines))
        }
        return true
    }

    /// If the server does not offer AUTH, libcurl sends the mail without logging in. Abort the
    /// transfer instead.
    private func accepts(_ offered: ServerExtensions) -> Bool {
        extensions = offered
        // Extensions offered before STARTTLS do not count (RFC 3207 section 4.2).
        if requirements.startTLS, !isEncrypted { return true }
        stop = requirements.stop(at: offered)
        return stop == nil
    }

    func fill(_ buffer: UnsafeMutableRawBufferPointer) -> Int? {
        let count = min(buffer.count, message.count - offset)
        if offset + count == message.count, !handedOver {
            guard beforeFinalDot() else {
                stop = .notMarked
                return nil
            }
            handedOver = true
            phase = .content
        }
        buffer.copyBytes(from: message[offset..<(offset + count)])
        offset += count
        return count
    }
}
