/// The HTTP methods that a callback can use.
package enum HTTPMethod: String, CaseIterable, Sendable {
    case get = "GET"
    case post = "POST"
    case put = "PUT"
    case delete = "DELETE"

    /// Whether requests with this method have a body, which the profile must then define.
    package var hasBody: Bool { self == .post || self == .put }
}
