import HTTPServer
import Placeholders

/// A request for a page, by somebody who may.
struct PageRequest: Sendable {
    let page: Page
    /// The id or name in the path; empty when it has none.
    let subject: String
    let query: [(name: String, value: String)]
    let head: RequestHead
    let session: Session
    /// Of this visitor's forms.
    let token: String
    /// What was sent; nil for a page that is looked at.
    var fields: FormFields?
    /// Whether what was sent must only be shown again: it came without a session or a token.
    var isReview = false

    /// A parameter of the address; empty when it is absent.
    func parameter(_ name: String) -> String { query.last { $0.name == name }?.value ?? "" }
}

/// The address of a page.
enum Address {
    static func of(_ page: Page, _ subject: String = "") -> String {
        let subject = PercentEncoding.encoded(subject)
        return "/" + page.pattern.map { $0 == "{id}" ? subject : $0 }.joined(separator: "/")
    }

    /// What stands behind a path; empty without parameters.
    static func query(_ pairs: [(String, String)]) -> String {
        guard !pairs.isEmpty else { return "" }
        let texts = pairs.map { "\($0.0)=\(PercentEncoding.encoded($0.1))" }
        return "?" + texts.joined(separator: "&")
    }
}
