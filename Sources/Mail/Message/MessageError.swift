/// A value that cannot be part of a mail.
package enum MessageError: Error, Equatable, Sendable {
    /// A header value contains a line break or another control character.
    case controlCharacter(field: String)
    /// A value does not have the form that its header requires.
    case malformed(field: String, value: String)
    /// The sender's address is one that not all servers accept.
    case internationalSender(field: String, address: String)
    /// A file name is empty or contains a path.
    case fileName(String)
}

extension MessageError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .controlCharacter(let field):
            "\(field): contains a control character, such as a line break; remove it"
        case .malformed(let field, let value):
            "\(field): '\(value)' is not valid for this header"
        case .internationalSender(let field, let address):
            "\(field): '\(address)' requires a server with SMTPUTF8 support; use an ASCII address"
        case .fileName(let name):
            "attachment: '\(name)' is not a valid file name; use a name without a path"
        }
    }
}
