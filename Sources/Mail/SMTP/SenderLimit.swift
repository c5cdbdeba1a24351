/// Detects permanent rejections that only mean that a sending limit is reached.
///
/// Mail services reply with 5xx if the sender's account has reached its limit. Neither the mail nor
/// the recipient is the cause, and the same mail is accepted the next day.
enum SenderLimit {
    static func isReached(_ reply: ServerReply) -> Bool {
        if let code = reply.enhancedCode {
            if codes.contains(code) { return true }
            if otherCodes.contains(code) { return false }
        }
        let text = reply.text.lowercased()
        return limits.contains(where: text.contains) && ends.contains(where: text.contains)
            && !otherSubjects.contains(where: text.contains)
    }

    /// Congestion (RFC 3463 section 3.5), which Gmail uses for its daily limit, and the recipient
    /// limits of Exchange Online:
    /// https://learn.microsoft.com/exchange/mail-flow-best-practices/non-delivery-reports-in-exchange-online
    private static let codes: Set = ["5.4.5", "5.1.90", "5.7.232", "5.7.233"]

    /// The recipient's mailbox is full, or the mail is too large (RFC 3463 sections 3.3 and 3.4).
    private static let otherCodes: Set = ["5.2.2", "5.2.3", "5.3.4"]

    private static let limits = [
        "quota", "limit", "max emails", "maximum number of messages", "credits",
    ]
    private static let ends = ["exceed", "reached", "used up", "try again", "too many"]

    /// Other things that have limits: mailboxes, mails, lines and hops.
    private static let otherSubjects = [
        "mailbox", "storage", "size", "too large", "too big", "attachment", "line", "header", "hop",
        "over quota",
    ]
}
