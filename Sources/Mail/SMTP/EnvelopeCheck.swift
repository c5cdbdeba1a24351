import ControlCharacters

/// The last look at what goes out: libcurl sends whatever it is given.
enum EnvelopeCheck {
    /// What would break out of the protocol, or be changed on the way; nil when nothing would.
    static func fault(_ message: [UInt8], from: String, to: String) -> String? {
        if !isSafe(from) || !isSafe(to) { return "an address that cannot be sent" }
        if !message.ends(with: "\r\n".utf8) { return "a mail that does not end with a line end" }
        return hasOnlyPlainLines(message) ? nil : "a mail whose lines a server would change"
    }

    /// Neither a second command nor a parameter can hide in the address.
    private static func isSafe(_ address: String) -> Bool {
        let parts = address.split(separator: "@", omittingEmptySubsequences: false)
        return parts.count == 2 && parts.allSatisfy { !$0.isEmpty }
            && !address.hasControl && !address.contains { $0.isWhitespace || "<>\"\\".contains($0) }
    }

    /// 7-bit lines of at most 998 bytes that end with CRLF and do not begin with a dot.
    ///
    /// Mails are long, so that each question is asked of many bytes at a time.
    private static func hasOnlyPlainLines(_ message: [UInt8]) -> Bool {
        message.withUnsafeBufferPointer { message in
            guard message.reduce(0, |) < 0x80, message.offset(of: 0, from: 0) == nil else {
                return false
            }
            var start = 0
            while let end = message.offset(of: .lineFeed, from: start) {
                // The first carriage return is the one before the line feed.
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
