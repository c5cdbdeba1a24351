package import API
package import HTTPServer

/// The pages: requests of browsers in, documents out, by the operations that the API works by.
///
/// Every page works without script. Whoever sends a form has to have a session and its token;
/// what was typed is never lost when one of them is missing, but shown again.
package final class WebApplication: Sendable {
    let api: GatewayAPI
    let options: WebApplicationOptions
    let sessions = Sessions()
    let tokens = FormTokens()

    package init(_ api: GatewayAPI, _ options: WebApplicationOptions) {
        (self.api, self.options) = (api, options)
    }

    /// Decides what is done with a request by its headers alone; nil when it asks for no page.
    package func receive(_ head: RequestHead) -> RequestDisposition? {
        guard let target = head.decodedTarget, let (page, subject) = Page.of(target.path)
        else { return nil }
        // HEAD is GET without the body (RFC 9110 9.3.2), which the server leaves out.
        let method = head.method == "HEAD" ? "GET" : head.method
        guard page.methods.contains(method) else { return .answer(otherMethod(page)) }
        let isSent = method == "POST"
        if page.needsDatabase, let fault = api.databaseFault {
            return .answer(Message.unavailable(fault).answer(nil))
        }
        switch page {
        case .style: return .answer(Assets.style)
        case .icon: return .answer(Assets.icon)
        case .signIn where !isSent: return .answer(signInPage(head, target.query))
        case .signIn: return reading(page) { self.signIn(head, $0, $1) }
        case .signOut: return reading(page) { $1.send(self.signOut(head, $0)) }
        default: break
        }
        guard let session = session(head) else {
            guard isSent else { return .answer(.seeOther(Self.signInAddress(for: head.target))) }
            return reading(page) { $1.send(self.signInPage(head, keeping: $0, page)) }
        }
        let visit = PageRequest(
            page: page, subject: subject, query: target.query, head: head, session: session,
            token: tokens.token(of: session.id))
        return reading(page, for: session.company) { body, reply in
            self.answer(isSent ? self.filled(visit, body) : visit, reply)
        }
    }

    /// - Parameter company: of whoever has signed in; nil for anybody else.
    private func reading(
        _ page: Page, for company: String? = nil,
        _ work: @escaping @Sendable (_ body: [UInt8], _ reply: PageReply) -> Void
    ) -> RequestDisposition {
        .body(client: company) { body, reply in
            work(body, PageReply(page: page, reply: reply))
        }
    }

    /// The visit with what was sent; without a token that fits it is only shown again.
    private func filled(_ visit: PageRequest, _ body: [UInt8]) -> PageRequest {
        var visit = visit
        let fields = FormFields(body) ?? FormFields()
        visit.isReview = !tokens.isToken(fields["token"], of: visit.session.id)
        visit.fields = fields
        return visit
    }

    /// Does the work of a visit on another thread.
    func answer(_ visit: PageRequest, _ reply: PageReply) {
        guard !visit.isReview || visit.page.hasForm else {
            return reply.send(Message.outdated.answer(visit))
        }
        let waits = visit.page == .test || visit.fields?["action"] == "test"
        let work: @Sendable (Operations) throws -> Response = { [self] operations in
            try PageController(visit, operations, options).answer()
        }
        api.perform(
            for: visit.session.company, waits: waits && !visit.isReview, reply.reply, work
        ) { result in
            var answer: Response
            switch result {
            case .success(let made): answer = made
            case .failure(let error):
                let isBusy = self.api.isBusy(error, in: visit.page.rawValue)
                answer = (isBusy ? Message.busy : Message.failed).answer(visit)
            }
            answer.facts.company = visit.session.company
            reply.send(answer)
        }
    }

    private func otherMethod(_ page: Page) -> Response {
        var answer = Message.otherMethod.answer(nil)
        answer.headers.append(.init("Allow", page.methods.joined(separator: ", ")))
        return answer
    }
}

/// The way back to whoever asked for a page.
struct PageReply: Sendable {
    let page: Page
    let reply: ResponseWriter
    /// What the answer has besides its own headers.
    var headers: [Response.Header] = []

    func send(_ answer: Response) {
        var answer = answer
        answer.facts.call = page.rawValue
        answer.headers += headers
        reply.send(answer)
    }
}
