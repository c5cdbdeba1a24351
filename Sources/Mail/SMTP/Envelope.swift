import ControlCharacters

/// The last look at what goes out: libcurl sends whatever it is given.
enum Envelope {
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
    private static func hasOnlyPlainLines(_ message: [UInt8]) -> Bool {
        var column = 0
        var previous = UInt8.lineFeed
        for byte in message {
            // A line feed stands where a carriage return was, and nowhere else.
            guard (byte == .lineFeed) == (previous == .carriageReturn), byte < 0x80, byte != 0,
                column > 0 || byte != UInt8(ascii: "."), column < 999 || byte == .lineFeed
            else { return false }
            column = byte == .lineFeed ? 0 : column + 1
            previous = byte
        }
        return true
    }
}

extension [UInt8] {
    fileprivate func ends(with suffix: String.UTF8View) -> Bool {
        self.suffix(suffix.count).elementsEqual(suffix)
    }
}
