import Encryption
import HTTPServer
import Templates
import TextSupport

/// An HTML page from a template, with the frame that all pages share.
struct Document {
    private let template: String
    private let title: String
    private let values: [String: TemplateValue]

    init(_ template: String, _ title: String, _ values: [String: TemplateValue]) {
        (self.template, self.title, self.values) = (template, title, values)
    }

    /// - Parameter pageRequest: The request, or nil for a visitor who is not signed in.
    func answer(_ pageRequest: PageRequest?, status: Int = 200) -> Response {
        let frame: [String: TemplateValue] = [
            "title": .text(title), "style": .text(Assets.styleAddress),
            "icon": .text(PageURL.of(.icon)), "session": pageRequest.map(Self.session) ?? .none,
        ]
        // The page that asks for a key has no request of a signed-in user and its own token.
        let token: [String: TemplateValue] = pageRequest.map { ["token": .text($0.token)] } ?? [:]
        let all = values.merging(frame) { $1 }.merging(token) { $1 }
        return Response(page: PageTemplates.render(template, .object(all)), status: status)
    }

    private static func session(_ pageRequest: PageRequest) -> TemplateValue {
        let places: [(Page, String, String)] = [
            (.profiles, "", "Profiles"), (.reports, "daily", "Reports"),
            (.settings, "", "Notifications"),
        ]
        let part = pageRequest.page.pattern.first
        return [
            "company": .text(pageRequest.session.company),
            "places": .list(
                places.map { page, subject, words in
                    [
                        "address": .text(PageURL.of(page, subject)), "words": .text(words),
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

    func answer(_ pageRequest: PageRequest?) -> Response {
        Document("message", title, ["words": .text(words)]).answer(pageRequest, status: status)
    }
}

/// The style sheet and icon of the pages.
enum Assets {
    /// The address contains a digest of the content, so browsers can cache it forever.
    static let styleAddress =
        PageURL.of(.style) + "?"
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

/// The templates in `templates/pages`, which SwiftPM compiles into the program.
///
/// `BuiltIn` in this module is a link to that directory. The templates are not validated at each
/// start; a test does that.
enum PageTemplates {
    static let sources: [String: [UInt8]] = [
        "area": PackageResources.area_mustache,
        "channels": PackageResources.channels_mustache,
        "choice": PackageResources.choice_mustache,
        "delete": PackageResources.delete_mustache,
        "faults": PackageResources.faults_mustache,
        "foot": PackageResources.foot_mustache,
        "form": PackageResources.form_mustache,
        "form-body": PackageResources.form_body_mustache,
        "form-encryption": PackageResources.form_encryption_mustache,
        "form-headers": PackageResources.form_headers_mustache,
        "form-more": PackageResources.form_more_mustache,
        "head": PackageResources.head_mustache,
        "input": PackageResources.input_mustache,
        "message": PackageResources.message_mustache,
        "notices": PackageResources.notices_mustache,
        "outcome": PackageResources.outcome_mustache,
        "outcome-chip": PackageResources.outcome_chip_mustache,
        "profile": PackageResources.profile_mustache,
        "profile-attempts": PackageResources.profile_attempts_mustache,
        "profile-chart": PackageResources.profile_chart_mustache,
        "profile-settings": PackageResources.profile_settings_mustache,
        "profiles": PackageResources.profiles_mustache,
        "reports": PackageResources.reports_mustache,
        "rows": PackageResources.rows_mustache,
        "settings": PackageResources.settings_mustache,
        "sign-in": PackageResources.sign_in_mustache,
        "status": PackageResources.status_mustache,
        "test": PackageResources.test_mustache,
    ]

    static let all = Dictionary(
        uniqueKeysWithValues: sources.compactMap { name, bytes in
            (try? Template(String(decoding: bytes, as: UTF8.self), name: name)).map { (name, $0) }
        })

    /// Renders a template. Every value is escaped, because no template uses three braces.
    static func render(_ name: String, _ value: TemplateValue) -> String {
        // Rendering fails only if a partial includes itself, and none does.
        (try? all[name]?.render(value, partials: all, escape: .html)) ?? ""
    }
}
