import HTTPServer

/// The two cookies of the pages; https://www.rfc-editor.org/rfc/rfc6265.
enum Cookie: String {
    /// Of somebody who has signed in.
    case session = "callback-session"
    /// Of somebody who is about to: the form for it needs a token as well.
    case visitor = "callback-visitor"

    /// Over TLS a name by which browsers refuse what another host has set.
    private func name(isSecure: Bool) -> String { (isSecure ? "__Host-" : "") + rawValue }

    func value(in head: RequestHead) -> String? {
        let name = name(isSecure: head.isOverTLS) + "="
        let cookies = head.values(of: "cookie").flatMap { $0.split(separator: ";") }
        let mine = cookies.map { $0.drop { $0 == " " } }.filter { $0.hasPrefix(name) }
        return mine.count == 1 ? String(mine[0].dropFirst(name.count)) : nil
    }

    func header(_ value: String, to head: RequestHead) -> Response.Header {
        set(value, "", head)
    }

    func removal(to head: RequestHead) -> Response.Header {
        set("", "; Max-Age=0", head)
    }

    private func set(_ value: String, _ end: String, _ head: RequestHead) -> Response.Header {
        let name = name(isSecure: head.isOverTLS)
        let secure = head.isOverTLS ? "; Secure" : ""
        return Response.Header(
            "Set-Cookie", "\(name)=\(value); Path=/; HttpOnly; SameSite=Strict\(secure)\(end)")
    }
}

extension RequestHead {
    /// Whether a trusted proxy says that its client came over TLS.
    var isOverTLS: Bool {
        guard let scheme = lastHeader("x-forwarded-proto") else { return false }
        return scheme.lowercased() == "https" && isFromProxy
    }
}
