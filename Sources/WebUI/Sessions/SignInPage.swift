import API
import HTTPServer
import Templates

/// The page that asks for a key.
struct SignInPage {
    /// Where to go on.
    var next: String
    /// The body of a form that came without a session, to be shown again.
    var kept = ""
    var isSignedOut = false
    var notice = ""
    var fault = ""
    var status = 200
    var retryAfter: Int?

    init(next: String, kept: String = "", isSignedOut: Bool = false) {
        (self.next, self.kept, self.isSignedOut) = (next, kept, isSignedOut)
    }

    mutating func refuse(_ refusal: KeyRefusal) {
        switch refusal {
        case .wrong: (fault, status) = ("This key opens nothing; check that it is whole", 401)
        case .tooMany(let seconds):
            fault = "Too many attempts with a wrong key; try again in \(seconds) seconds"
            (status, retryAfter) = (429, seconds)
        case .failed: (fault, status) = ("The gateway failed; its log says why", 500)
        }
    }

    /// - Parameter visitor: the id of whoever looks at it, which its cookie gets.
    func answer(_ visitor: String, _ head: RequestHead, _ tokens: FormTokens) -> Response {
        var key = FormField("key", "API key", fault: fault)
        key.hint = "Whoever runs the gateway makes one with callback-gateway key create."
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
