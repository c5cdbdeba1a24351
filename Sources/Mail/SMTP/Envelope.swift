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
        message.withUnsafeBufferPointer { message in
            var rest = message[...]
            while let end = rest.firstIndex(of: .lineFeed) {
                guard isPlainLine(rest[..<end]) else { return false }
                rest = rest[(end + 1)...]
            }
            return rest.isEmpty
        }
    }

    /// - Parameter line: with its carriage return, without its line feed.
    private static func isPlainLine(_ line: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        guard line.last == .carriageReturn, line.count <= 999, line.first != UInt8(ascii: ".")
        else { return false }
        var isPlain = true
        // To look at all of them is faster than to stop at the first that is wrong.
        for byte in line.dropLast() {
            isPlain = isPlain && byte < 0x80 && byte != 0 && byte != .carriageReturn
        }
        return isPlain
    }
}

extension [UInt8] {
    fileprivate func ends(with suffix: String.UTF8View) -> Bool {
        self.suffix(suffix.count).elementsEqual(suffix)
    }
}
