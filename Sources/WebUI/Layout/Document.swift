import HTTPServer
import Templates

/// An HTML page from a template, with the frame that all pages share.
struct Document {
    private let template: String
    private let title: String
    private let values: [String: TemplateValue]

    init(_ template: String, _ title: String, _ values: [String: TemplateValue]) {
        (self.template, self.title, self.values) = (template, title, values)
    }

    /// - Parameter visit: The request, or nil for a visitor who is not signed in.
    func answer(_ visit: PageRequest?, status: Int = 200) -> Response {
        let frame: [String: TemplateValue] = [
            "title": .text(title), "style": .text(Assets.styleAddress),
            "icon": .text(Address.of(.icon)), "session": visit.map(Self.session) ?? .none,
        ]
        // The page that asks for a key has no request of a signed-in user and its own token.
        let token: [String: TemplateValue] = visit.map { ["token": .text($0.token)] } ?? [:]
        let all = values.merging(frame) { $1 }.merging(token) { $1 }
        return Response(page: PageTemplates.render(template, .object(all)), status: status)
    }

    private static func session(_ visit: PageRequest) -> TemplateValue {
        let places: [(Page, String, String)] = [
            (.profiles, "", "Profiles"), (.reports, "daily", "Reports"),
            (.settings, "", "Notifications"),
        ]
        let part = visit.page.pattern.first
        return [
            "company": .text(visit.session.company),
            "places": .list(
                places.map { page, subject, words in
                    [
                        "address": .text(Address.of(page, subject)), "words": .text(words),
                        "isCurrent": .flag(part == page.pattern.first),
                    ]
                }),
        ]
    }
}

extension Response {
    /// Creates an HTML response that runs no scripts, loads nothing from other sites and cannot be
    /// framed.
    ///
    /// https://www.w3.org/TR/CSP3/. Everything that the policy does not list is blocked.
    init(page text: String, status: Int) {
        let policy = [
            "default-src 'none'", "style-src 'self'", "img-src 'self'", "frame-src 'self'",
            "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'",
        ]
        self.init(
            status: status,
            headers: Self.headers("text/html; charset=utf-8", policy) + [
                .init("X-Frame-Options", "DENY")
            ], body: Array(text.utf8))
    }

    static func headers(_ type: String, _ policy: [String]) -> [Header] {
        [
            .init("Content-Type", type),
            .init("Content-Security-Policy", policy.joined(separator: "; ")),
            .init("Cache-Control", "no-store"), .init("X-Content-Type-Options", "nosniff"),
            .init("Referrer-Policy", "same-origin"),
            .init("Cross-Origin-Opener-Policy", "same-origin"),
        ]
    }

    /// Redirects the browser to a page (RFC 9110 15.4.4).
    static func seeOther(_ address: String, _ headers: [Header] = []) -> Response {
        Response(
            status: 303,
            headers: [.init("Location", address), .init("Cache-Control", "no-store")] + headers)
    }
}
