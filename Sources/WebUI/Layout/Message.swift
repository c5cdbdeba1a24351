import HTTPServer
import Templates

/// A page that only says something.
struct Message {
    let status: Int
    let title: String
    let words: String

    static let notFound = Message(
        status: 404, title: "Not found",
        words: "There is no such thing here. It may have been deleted.")
    static let outdated = Message(
        status: 403, title: "Nothing was done",
        words: "This page was too old for that. Go back, load it anew and try again.")
    static let otherMethod = Message(
        status: 405, title: "Not possible", words: "This address cannot be used that way.")
    static let busy = Message(
        status: 503, title: "Busy", words: "The gateway is busy. Try again in a moment.")
    static let failed = Message(
        status: 500, title: "Failed", words: "The gateway failed; its log says why.")

    /// - Parameter fault: why nothing can be looked up.
    static func unavailable(_ fault: String) -> Message {
        Message(
            status: 503, title: "Not available",
            words: "\(fault.prefix(1).uppercased())\(fault.dropFirst()).")
    }

    func answer(_ visit: PageRequest?) -> Response {
        Document("message", title, ["words": .text(words)]).answer(visit, status: status)
    }
}
