import HTTPServer

/// The two cookies of the pages; see https://www.rfc-editor.org/rfc/rfc6265.
enum Cookie: String {
    /// Identifies the session of a signed-in user.
    case session = "callback-session"
    /// Identifies a visitor before sign-in, because the sign-in form needs a token as well.
    case visitor = "callback-visitor"

    /// Over TLS, the prefix makes browsers reject cookies that another host has set.
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
    /// Whether a trusted proxy reports that the client uses TLS.
    var isOverTLS: Bool {
        guard let scheme = lastHeader("x-forwarded-proto") else { return false }
        return scheme.lowercased() == "https" && isFromProxy
    }
}
