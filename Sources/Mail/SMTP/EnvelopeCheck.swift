import TextSupport

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
            && !address.hasControl && !address.contains { $0.isWhitespace || "<>\"\\".contains($0) }
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
