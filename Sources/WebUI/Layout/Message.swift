import HTTPServer
import Templates

/// A page that shows only a message.
struct Message {
    let status: Int
    let title: String
    let words: String

    static let notFound = Message(
        status: 404, title: "Page not found",
        words: "This page does not exist. The item may have been deleted.")
    static let outdated = Message(
        status: 403, title: "Nothing was changed",
        words: "This page has expired. Go back, reload it and try again.")
    static let otherMethod = Message(
        status: 405, title: "Method not allowed",
        words: "This address does not support that request.")
    static let busy = Message(
        status: 503, title: "Busy", words: "The gateway is busy. Try again in a moment.")
    static let failed = Message(
        status: 500, title: "Internal error", words: "Something went wrong. See the gateway's log.")

    /// - Parameter fault: The reason.
    static func unavailable(_ fault: String) -> Message {
        Message(
            status: 503, title: "Service unavailable",
            words: "\(fault.prefix(1).uppercased())\(fault.dropFirst()).")
    }

    func answer(_ visit: PageRequest?) -> Response {
        Document("message", title, ["words": .text(words)]).answer(visit, status: status)
    }
}
