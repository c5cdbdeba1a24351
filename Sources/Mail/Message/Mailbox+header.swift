import Addresses
import TextSupport

extension MessageHeader {
    /// Returns a header field for a recipient, as in RFC 5322 section 3.4.
    ///
    /// An address that needs SMTPUTF8 is not allowed in a 7-bit header. It is replaced by an empty
    /// group that shows the address, as in RFC 6857 section 3.1.8.
    static func recipient(
        _ name: String, _ mailbox: Mailbox
    ) throws(MessageError) -> MessageHeader {
        guard mailbox.requiresSMTPUTF8 else { return try sender(name, mailbox) }
        let shown = EncodedWord.words(of: mailbox.address, after: name)
        return MessageHeader(name, shown + [":;"])
    }

    /// Returns a header field for a sender, whose address must be able to receive replies.
    static func sender(_ name: String, _ mailbox: Mailbox) throws(MessageError) -> MessageHeader {
        guard !mailbox.requiresSMTPUTF8 else {
            throw .internationalSender(field: name, address: mailbox.written)
        }
        guard let displayName = mailbox.name else { return MessageHeader(name, mailbox.address) }
        guard !displayName.hasControl else { throw .controlCharacter(field: name) }
        return MessageHeader(
            name, phrase(displayName, after: name) + ["<\(mailbox.address)>"])
    }

    /// Returns the display name as plain words, quoted, or encoded: the first form that can represent it.
    private static func phrase(_ text: String, after name: String) -> [String] {
        guard text.isPrintableASCII, !text.contains("=?"), text.utf8.count <= 50 else {
            return EncodedWord.words(of: text, after: name)
        }
        let words = text.split(separator: " ", omittingEmptySubsequences: false)
        let isPlain = words.allSatisfy { word in
            !word.isEmpty && word.utf8.allSatisfy(\.isAtomText)
        }
        return isPlain ? words.map(String.init) : [quoted(text)]
    }

    private static func quoted(_ text: String) -> String {
        "\"" + text.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : String($0) }.joined() + "\""
    }
}

extension UInt8 {
    /// The `atext` characters of RFC 5322 section 3.2.3.
    var isAtomText: Bool { isLetterOrDigit || "!#$%&'*+-/=?^_`{|}~".utf8.contains(self) }
}
