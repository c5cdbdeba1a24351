import HTTPServer
import TextSupport

/// A request for a page by a signed-in user.
struct PageRequest: Sendable {
    let page: Page
    /// The ID or name in the path; empty if it has none.
    let subject: String
    let query: [(name: String, value: String)]
    let head: RequestHead
    let session: Session
    /// The token for this user's forms.
    let token: String
    /// The submitted form; nil for GET.
    var fields: FormFields?
    /// Whether to show the submitted form again without acting on it, because it came without a
    /// session or valid token.
    var isReview = false
    /// Whether the form is so large that it takes long to process.
    var isLarge = false

    /// Returns a query parameter, or an empty string.
    func parameter(_ name: String) -> String { query.last { $0.name == name }?.value ?? "" }
}

/// Builds the addresses of pages.
enum Address {
    static func of(_ page: Page, _ subject: String = "") -> String {
        let subject = PercentEncoding.encoded(subject)
        return "/" + page.pattern.map { $0 == "{id}" ? subject : $0 }.joined(separator: "/")
    }

    /// Returns the query part of an address; empty without parameters.
    static func query(_ pairs: [(String, String)]) -> String {
        guard !pairs.isEmpty else { return "" }
        let texts = pairs.map { "\($0.0)=\(PercentEncoding.encoded($0.1))" }
        return "?" + texts.joined(separator: "&")
    }
}
