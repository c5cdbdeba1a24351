/// Why no request can be built from a profile and an event. Another attempt would fail too.
package enum RequestError: Error, Equatable, Sendable {
    /// The value of this variable could not be encrypted.
    case encryption(variable: String, reason: String)
    /// The URL is not valid.
    case url
    /// The filled callback would exceed ``RequestLimits/bytes``.
    case tooLong
}

extension RequestError: CustomStringConvertible {
    /// A description that contains no value of the event.
    package var description: String {
        switch self {
        case .encryption(let variable, let reason):
            "could not encrypt the value of '\(variable)': \(reason)"
        case .url: "the URL of the callback is not valid"
        case .tooLong:
            "the callback with its values would exceed \(RequestLimits.bytes) bytes"
        }
    }
}
