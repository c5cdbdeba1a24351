import API
import HTTPServer
import TextSupport

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
        return Address.of(.signIn) + place
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
        var visit = PageRequest(
            page: place, subject: subject, query: target.query, head: head, session: session,
            token: tokens.token(of: session.id))
        visit.fields = FormFields(Array(page.kept.utf8)) ?? FormFields()
        visit.isReview = true
        answer(visit, reply)
    }

    func signOut(_ head: RequestHead, _ body: [UInt8]) -> Response {
        let fields = FormFields(body) ?? FormFields()
        if let id = Cookie.session.value(in: head) {
            guard tokens.isToken(fields[.token], of: id) else {
                return Message.outdated.answer(nil)
            }
            sessions.end(id)
        }
        return .seeOther(Address.of(.signIn) + "?out", [Cookie.session.removal(to: head)])
    }

    /// Returns the address if it is a page of this site, otherwise the list of profiles.
    private static func place(_ next: String) -> String {
        guard next.hasPrefix("/"), let target = RequestTarget(next),
            let (page, _) = Page.of(target.path),
            page.methods.contains("GET"), page.needsSession,
            !next.unicodeScalars.contains(where: { $0.value < 0x21 || $0.value > 0x7E })
        else { return Address.of(.profiles) }
        return next
    }
}
