/// Why no callback can be made of a profile and an event; trying again does not help.
package enum RequestError: Error, Equatable, Sendable {
    /// The variable whose value could not be encrypted.
    case encryption(variable: String, reason: String)
    /// The URL is none once its placeholders are filled.
    case url
}

extension RequestError: CustomStringConvertible {
    /// Without any value.
    package var description: String {
        switch self {
        case .encryption(let variable, let reason):
            "the value of '\(variable)' could not be encrypted: \(reason)"
        case .url: "the URL is no URL any more once its placeholders are filled"
        }
    }
}
