/// The four methods that a callback can have.
package enum HTTPMethod: String, CaseIterable, Sendable {
    case get = "GET"
    case post = "POST"
    case put = "PUT"
    case delete = "DELETE"

    /// Whether a callback with it has a body; then the profile must give one.
    package var hasBody: Bool { self == .post || self == .put }
}
