/// Why no callback can be made of a profile and an event; trying again does not help.
package enum RequestError: Error, Equatable, Sendable {
    /// The variable whose value could not be encrypted.
    case encryption(variable: String, reason: String)
    /// What should be a URL is none.
    case url
}

extension RequestError: CustomStringConvertible {
    /// Without any value.
    package var description: String {
        switch self {
        case .encryption(let variable, let reason):
            "the value of '\(variable)' could not be encrypted: \(reason)"
        case .url: "the URL is none that a callback can go to"
        }
    }
}
