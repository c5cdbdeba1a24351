import Curl

/// What is said in one transfer: keeps the answers with their phases, guards what libcurl does not.
///
/// Lines of ours only move the phase and are not kept, so that no credential is.
final class SMTPDialogue: SMTPObserver {
    private let requirements: SessionRequirements
    private let message: [UInt8]
    private let beforeFinalDot: () -> Bool
    private var offset = 0
    private var lines: [String] = []
    private var isLeaving = false

    private(set) var phase = SMTPPhase.connection
    /// The last answer in whole, with its phase.
    private(set) var lastReply: (phase: SMTPPhase, reply: ServerReply)?
    /// Of the last EHLO in this transfer; nil on a connection that was there.
    private(set) var extensions: ServerExtensions?
    private(set) var isEncrypted = false
    /// Why the program itself ended the transfer.
    private(set) var stop: SessionRequirements.AbortReason?
    /// Whether libcurl has the last bytes, so that the server may have them too.
    private(set) var handedOver = false

    init(
        _ requirements: SessionRequirements, message: [UInt8] = [],
        beforeFinalDot: @escaping () -> Bool = { true }
    ) {
        self.requirements = requirements
        self.message = message
        self.beforeFinalDot = beforeFinalDot
    }

    /// The answer to the mail's end; nil when there was none.
    var finalReply: ServerReply? {
        lastReply?.phase == .content ? lastReply?.reply : nil
    }

    func sent(_ line: String) {
        // libcurl says goodbye by itself after a refusal, which is what counts.
        if line == "QUIT" { isLeaving = true }
        // Not a command but what a 334 has asked for: part of the credentials.
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
        // libcurl goes on after any 2xx, so the guard must look at any.
        if phase == .hello, reply.code / 100 == 2 {
            return accepts(ServerExtensions(lines: lines))
        }
        return true
    }

    /// libcurl sends a mail without logging in where the server offers no way to; here is the end then.
    private func accepts(_ offered: ServerExtensions) -> Bool {
        extensions = offered
        // What is said before STARTTLS does not count (RFC 3207 4.2).
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
