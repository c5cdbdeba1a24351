import Encryption
import HTTPServer
import Templates
import TextSupport

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
        words: "This page does not support this request method.")
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

/// The style sheet and icon of the pages.
enum Assets {
    /// The address contains a digest of the content, so browsers can cache it forever.
    static let styleAddress =
        Address.of(.style) + "?"
        + Digests.sha256(PackageResources.style_css).prefix(8).hexadecimal

    static let style = answer(PackageResources.style_css, "text/css; charset=utf-8")
    static let icon = answer(PackageResources.icon_svg, "image/svg+xml")

    private static func answer(_ bytes: [UInt8], _ type: String) -> Response {
        Response(
            status: 200,
            headers: [
                .init("Content-Type", type),
                .init("Content-Security-Policy", "default-src 'none'"),
                .init("Cache-Control", "public, max-age=31536000, immutable"),
                .init("X-Content-Type-Options", "nosniff"),
            ], body: bytes)
    }
}
