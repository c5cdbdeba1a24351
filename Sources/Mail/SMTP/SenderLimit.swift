/// Whether a server refuses for good what it only has enough of for today.
///
/// Mail services answer 5xx when the sender's account has sent as much as it may: neither the
/// mail nor its recipient is at fault, and the same mail is taken tomorrow.
enum SenderLimit {
    static func isReached(_ reply: ServerReply) -> Bool {
        if let code = reply.enhancedCode {
            if codes.contains(code) { return true }
            if otherCodes.contains(code) { return false }
        }
        let text = reply.text.lowercased()
        return limits.contains(where: text.contains) && ends.contains(where: text.contains)
            && !otherThings.contains(where: text.contains)
    }

    /// Congestion (RFC 3463 3.5), which Gmail answers for the limit of a day, and Exchange Online's
    /// limits of recipients: https://learn.microsoft.com/exchange/mail-flow-best-practices/non-delivery-reports-in-exchange-online
    private static let codes: Set = ["5.4.5", "5.1.90", "5.7.232", "5.7.233"]

    /// The recipient's mailbox is full, or the mail is too large (RFC 3463 3.3, 3.4).
    private static let otherCodes: Set = ["5.2.2", "5.2.3", "5.3.4"]

    private static let limits = [
        "quota", "limit", "max emails", "maximum number of messages", "credits",
    ]
    private static let ends = ["exceed", "reached", "used up", "try again", "too many"]

    /// What else has limits: mailboxes, mails and their lines, ways through servers.
    private static let otherThings = [
        "mailbox", "storage", "size", "too large", "too big", "attachment", "line", "header", "hop",
        "over quota",
    ]
}
