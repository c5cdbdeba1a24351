import API
import HTTPServer
import Templates

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
