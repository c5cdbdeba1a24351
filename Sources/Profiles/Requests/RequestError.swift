/// Why no callback can be made of a profile and an event; another attempt would fail as well.
package enum RequestError: Error, Equatable, Sendable {
    /// The variable whose value could not be encrypted.
    case encryption(variable: String, reason: String)
    /// What should be a URL is none.
    case url
    /// With its values the callback would be longer than ``RequestLimits/bytes``.
    case tooLong
}

extension RequestError: CustomStringConvertible {
    /// Without any value.
    package var description: String {
        switch self {
        case .encryption(let variable, let reason):
            "the value of '\(variable)' could not be encrypted: \(reason)"
        case .url: "callbacks cannot go to this URL"
        case .tooLong:
            "with its values the callback would be longer than \(RequestLimits.bytes) bytes"
        }
    }
}
