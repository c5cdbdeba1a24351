package import API
package import HTTPServer
package import Settings

/// The pages: handles requests of browsers with the same operations as the API.
///
/// Every page works without scripts. Submitting a form requires a session and its token. If one of
/// them is missing, the form is shown again with everything that was typed.
///
///     let site = WebApplication(api, options)
///     let disposition = site.receive(head) ?? api.receive(head)
package final class WebApplication: Sendable {
    let api: GatewayAPI
    let options: WebApplicationOptions
    let sessions = Sessions()
    let tokens = FormTokens()

    package init(_ api: GatewayAPI, _ options: WebApplicationOptions) {
        (self.api, self.options) = (api, options)
    }

    /// Decides how to handle a request, based on its headers; nil if it is not for a page.
    package func receive(_ head: RequestHead) -> RequestDisposition? {
        guard let target = head.decodedTarget, let (page, subject) = Page.of(target.path)
        else { return nil }
        // HEAD is GET without the body (RFC 9110 9.3.2). The server omits the body.
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
        let pageRequest = PageRequest(
            page: page, subject: subject, query: target.query, head: head, session: session,
            token: tokens.token(of: session.id))
        return reading(page, for: session.company) { body, reply in
            self.answer(isSent ? self.filled(pageRequest, body) : pageRequest, reply)
        }
    }

    /// - Parameter company: The company of the session; nil without a session.
    private func reading(
        _ page: Page, for company: String? = nil,
        _ work: @escaping @Sendable (_ body: [UInt8], _ reply: PageReply) -> Void
    ) -> RequestDisposition {
        .body(client: company) { body, reply in
            work(body, PageReply(page: page, reply: reply))
        }
    }

    /// Returns the request with the submitted form. Without a valid token it is only shown again.
    private func filled(_ pageRequest: PageRequest, _ body: [UInt8]) -> PageRequest {
        var pageRequest = pageRequest
        let fields = FormFields(body) ?? FormFields()
        pageRequest.isReview = !tokens.isToken(fields[.token], of: pageRequest.session.id)
        (pageRequest.fields, pageRequest.isLarge) = (fields, GatewayAPI.isLarge(body))
        return pageRequest
    }

    /// Handles a request on a worker thread.
    func answer(_ pageRequest: PageRequest, _ reply: PageReply) {
        guard !pageRequest.isReview || pageRequest.page.hasForm else {
            return reply.send(Message.outdated.answer(pageRequest))
        }
        let waits = pageRequest.page == .test || pageRequest.fields?[.action] == "test"
        let work: @Sendable (Operations) throws -> Response = { [self] operations in
            try PageController(pageRequest, operations, options).answer()
        }
        api.perform(
            for: pageRequest.session.company, waits: waits && !pageRequest.isReview,
            isLarge: pageRequest.isLarge,
            reply.reply, work
        ) { result in
            var answer: Response
            switch result {
            case .success(let made): answer = made
            case .failure(let error):
                let isBusy = self.api.isBusy(error, in: pageRequest.page.rawValue)
                answer = (isBusy ? Message.busy : Message.failed).answer(pageRequest)
            }
            answer.facts.company = pageRequest.session.company
            reply.send(answer)
        }
    }

    private func otherMethod(_ page: Page) -> Response {
        var answer = Message.otherMethod.answer(nil)
        answer.headers.append(.init("Allow", page.methods.joined(separator: ", ")))
        return answer
    }
}

/// Sends the response to a request for a page.
struct PageReply: Sendable {
    let page: Page
    let reply: ResponseWriter
    /// Headers to add to the response.
    var headers: [Response.Header] = []

    func send(_ answer: Response) {
        var answer = answer
        answer.facts.call = page.rawValue
        answer.headers += headers
        reply.send(answer)
    }
}

/// The dependencies of the pages, apart from the API.
package struct WebApplicationOptions: Sendable {
    /// Reads the current configuration. Reports use the file as it is at that time.
    let configuration: @Sendable () throws -> Configuration
    /// The release of the tz database.
    let tzVersion: String?
    /// Logs an error in the configuration.
    let logError: @Sendable (_ words: String) -> Void

    package init(
        configuration: @escaping @Sendable () throws -> Configuration, tzVersion: String?,
        logError: @escaping @Sendable (_ words: String) -> Void
    ) {
        (self.configuration, self.tzVersion, self.logError) = (configuration, tzVersion, logError)
    }
}
