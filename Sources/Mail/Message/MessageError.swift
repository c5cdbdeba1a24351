/// A value that cannot become part of a mail.
package enum MessageError: Error, Equatable, Sendable {
    /// A line end or another control character in a value of a header.
    case controlCharacter(field: String)
    /// A value that does not have the form its header needs.
    case malformed(field: String, value: String)
    /// A sender whose address only some servers take.
    case internationalSender(field: String, address: String)
    /// A file name that is empty or holds a path.
    case fileName(String)
}

extension MessageError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .controlCharacter(let field):
            "\(field): a control character, such as a line end; remove it"
        case .malformed(let field, let value):
            "\(field): '\(value)' is not of the form that this header has"
        case .internationalSender(let field, let address):
            "\(field): '\(address)' needs a server with SMTPUTF8; use an ASCII address"
        case .fileName(let name):
            "attachment: '\(name)' is no file name; use one without a path"
        }
    }
}
