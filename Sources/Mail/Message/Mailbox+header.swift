import Addresses
import ControlCharacters

extension MessageHeader {
    /// A field of one address with its name, as RFC 5322 3.4 has it.
    ///
    /// An address that needs SMTPUTF8 cannot stand in a 7-bit header; a recipient's becomes an empty group that
    /// shows it, as RFC 6857 3.1.8 does.
    static func recipient(
        _ name: String, _ mailbox: Mailbox
    ) throws(MessageError) -> MessageHeader {
        guard mailbox.requiresSMTPUTF8 else { return try sender(name, mailbox) }
        let shown = EncodedWord.words(of: mailbox.address, after: name)
        return MessageHeader(name, shown + [":;"])
    }

    /// The same for an address that must be able to receive answers.
    static func sender(_ name: String, _ mailbox: Mailbox) throws(MessageError) -> MessageHeader {
        guard !mailbox.requiresSMTPUTF8 else {
            throw .internationalSender(field: name, address: mailbox.written)
        }
        guard let displayName = mailbox.name else { return MessageHeader(name, mailbox.address) }
        guard !displayName.hasControl else { throw .controlCharacter(field: name) }
        return MessageHeader(
            name, phrase(displayName, after: name) + ["<\(mailbox.address)>"])
    }

    /// The name as words, in quotes, or encoded, whichever is the first that can hold it.
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
    /// The `atext` of RFC 5322 3.2.3.
    var isAtomText: Bool { isLetterOrDigit || "!#$%&'*+-/=?^_`{|}~".utf8.contains(self) }
}
