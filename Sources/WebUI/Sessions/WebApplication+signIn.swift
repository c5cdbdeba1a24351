import API
import HTTPServer
import Templates
import TextSupport

/// The page that asks for an API key.
struct SignInPage {
    /// The address to open after signing in.
    var next: String
    /// The body of a form that was submitted without a session, to be shown again.
    var kept = ""
    var isSignedOut = false
    var notice = ""
    var fault = ""
    var status = 200
    var retryAfter: Int?

    init(next: String, kept: String = "", isSignedOut: Bool = false) {
        (self.next, self.kept, self.isSignedOut) = (next, kept, isSignedOut)
    }

    mutating func refuse(_ refusal: KeyError) {
        switch refusal {
        case .wrong: (fault, status) = ("Invalid API key. Check that you copied all of it", 401)
        case .tooMany(let seconds):
            fault = "Too many attempts with an invalid key. Try again in \(seconds) seconds"
            (status, retryAfter) = (429, seconds)
        case .failed(isBusy: true):
            (fault, status, retryAfter) = ("The gateway is busy. Try again in a second", 503, 1)
        case .failed(isBusy: false):
            (fault, status) = ("Something went wrong. See the gateway's log", 500)
        }
    }

    /// - Parameter visitor: The ID for the visitor's cookie.
    func answer(_ visitor: String, _ head: RequestHead, _ tokens: FormTokens) -> Response {
        var key = FormField("key", "API key", fault: fault)
        key.hint = "Your administrator creates keys with callback-gateway key create."
        (key.type, key.completion) = ("password", "current-password")
        let values: [String: TemplateValue] = [
            "key": key.value, "next": .text(next), "kept": .text(kept),
            "token": .text(tokens.token(of: visitor)), "isSignedOut": .flag(isSignedOut),
            "warning": .text(notice), "faults": FaultSummary(key).value,
        ]
        let title = fault.isEmpty ? "Sign in" : "Error: Sign in"
        var answer = Document("sign-in", title, values).answer(nil, status: status)
        answer.headers.append(Cookie.visitor.header(visitor, to: head))
        if let retryAfter { answer.headers.append(.init("Retry-After", "\(retryAfter)")) }
        return answer
    }
}

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

extension WebApplication {
    /// Returns the session of a request, unless its key was revoked.
    func session(_ head: RequestHead) -> Session? {
        guard let id = Cookie.session.value(in: head),
            let session = sessions.session(id, at: api.now)
        else { return nil }
        if api.hasKey(id: session.keyID, of: session.company) { return session }
        sessions.end(id)
        return nil
    }

    static func signInAddress(for target: String) -> String {
        let place = target == "/" ? "" : "?next=" + PercentEncoding.encoded(target)
        return PageURL.of(.signIn) + place
    }

    // MARK: Page

    func signInPage(_ head: RequestHead, _ query: [(name: String, value: String)]) -> Response {
        let next = query.last { $0.name == "next" }?.value ?? ""
        if session(head) != nil { return .seeOther(Self.place(next)) }
        return SignInPage(next: next, isSignedOut: query.contains { $0.name == "out" })
            .answer(visitor(head), head, tokens)
    }

    /// Asks for a key after a form was submitted without a session, and keeps the form's values.
    func signInPage(_ head: RequestHead, keeping body: [UInt8], _ page: Page) -> Response {
        var sign = SignInPage(next: head.target)
        if page.hasForm {
            sign.kept = String(decoding: body, as: UTF8.self)
        } else {
            sign.next = ""
        }
        sign.notice = "Your session has expired. Sign in again; your input is kept."
        sign.status = 401
        return sign.answer(visitor(head), head, tokens)
    }

    /// Returns the ID in the visitor's cookie, or a new one.
    private func visitor(_ head: RequestHead) -> String {
        let known = Cookie.visitor.value(in: head)
        // The ID is sent back in a header, so it must be a valid token.
        return known.flatMap { Token.isToken($0) ? $0 : nil } ?? Token.random()
    }

    // MARK: Signing in and out

    func signIn(_ head: RequestHead, _ body: [UInt8], _ reply: PageReply) {
        let fields = FormFields(body) ?? FormFields()
        var page = SignInPage(next: fields[.next], kept: fields[.kept])
        let visitor = visitor(head)
        guard tokens.isToken(fields[.token], of: visitor) else {
            page.notice = "This page has expired, or your browser blocks cookies. Try again."
            page.status = 403
            return reply.send(page.answer(visitor, head, tokens))
        }
        do throws(KeyError) {
            let key = try api.key(fields[.key].filter { !$0.isWhitespace }, from: head)
            let session = sessions.begin(key, at: api.now)
            return enter(session, page, head, reply)
        } catch {
            page.refuse(error)
            reply.send(page.answer(visitor, head, tokens))
        }
    }

    private func enter(
        _ session: Session, _ page: SignInPage, _ head: RequestHead, _ reply: PageReply
    ) {
        var reply = reply
        reply.headers = [
            Cookie.session.header(session.id, to: head), Cookie.visitor.removal(to: head),
        ]
        guard !page.kept.isEmpty, page.next.hasPrefix("/"), let target = RequestTarget(page.next),
            let (place, subject) = Page.of(target.path), place.hasForm
        else { return reply.send(.seeOther(Self.place(page.next))) }
        var pageRequest = PageRequest(
            page: place, subject: subject, query: target.query, head: head, session: session,
            token: tokens.token(of: session.id))
        pageRequest.fields = FormFields(Array(page.kept.utf8)) ?? FormFields()
        pageRequest.isReview = true
        answer(pageRequest, reply)
    }

    func signOut(_ head: RequestHead, _ body: [UInt8]) -> Response {
        let fields = FormFields(body) ?? FormFields()
        if let id = Cookie.session.value(in: head) {
            guard tokens.isToken(fields[.token], of: id) else {
                return Message.outdated.answer(nil)
            }
            sessions.end(id)
        }
        return .seeOther(PageURL.of(.signIn) + "?out", [Cookie.session.removal(to: head)])
    }

    /// Returns the address if it is a page of this site, otherwise the list of profiles.
    private static func place(_ next: String) -> String {
        guard next.hasPrefix("/"), let target = RequestTarget(next),
            let (page, _) = Page.of(target.path),
            page.methods.contains("GET"), page.needsSession,
            !next.unicodeScalars.contains(where: { $0.value < 0x21 || $0.value > 0x7E })
        else { return PageURL.of(.profiles) }
        return next
    }
}
