/// A method and a path, and the call that they make.
struct Route: Sendable {
    let method: String
    /// The segments; `{sid}` is the company, `{id}` and `{number}` what the call is about.
    let pattern: [String]
    let call: Call

    private init(_ method: String, _ path: String, _ call: Call) {
        self.method = method
        pattern = path.split(separator: "/").map(String.init)
        self.call = call
    }

    static let all = [
        Route("POST", "/v1/{sid}/callback/profiles", .createProfile),
        Route("GET", "/v1/{sid}/callback/profiles", .listProfiles),
        Route("POST", "/v1/{sid}/callback/profiles/test", .testSettings),
        Route("GET", "/v1/{sid}/callback/profiles/{id}", .showProfile),
        Route("PATCH", "/v1/{sid}/callback/profiles/{id}", .updateProfile),
        Route("DELETE", "/v1/{sid}/callback/profiles/{id}", .deleteProfile),
        Route("POST", "/v1/{sid}/callback/profiles/{id}/enable", .enableProfile),
        Route("POST", "/v1/{sid}/callback/profiles/{id}/disable", .disableProfile),
        Route("POST", "/v1/{sid}/callback/profiles/{id}/test", .testProfile),
        Route("POST", "/v1/{sid}/callback/events", .trigger),
        Route("GET", "/v1/{sid}/callback/deliveries", .listDeliveries),
        Route("POST", "/v1/{sid}/callback/deliveries/{id}/replay", .replay),
        Route("GET", "/v1/{sid}/whatsapp/numbers", .listNumbers),
        Route("PUT", "/v1/{sid}/whatsapp/numbers/{number}", .bindNumber),
        Route("GET", "/v1/{sid}/whatsapp/numbers/{number}", .showNumber),
        Route("DELETE", "/v1/{sid}/whatsapp/numbers/{number}", .unbindNumber),
        Route("POST", "/v1/{sid}/whatsapp/incoming", .incomingMessage),
        Route("GET", "/healthz", .health),
        Route("GET", "/metrics", .metrics),
        Route("GET", "/openapi.json", .description),
    ]

    /// The company and the subject of a path; nil when it is another one.
    func match(_ path: [String]) -> (company: String, subject: String)? {
        guard path.count == pattern.count else { return nil }
        var (company, subject) = ("", "")
        for (part, segment) in zip(pattern, path) {
            switch part {
            case _ where segment.isEmpty: return nil
            case "{sid}": company = segment
            case "{id}", "{number}": subject = segment
            default: if part != segment { return nil }
            }
        }
        return (company, subject)
    }
}

/// What a request asks for.
struct Order: Sendable {
    let call: Call
    let company: String
    /// The id or number that the path names; empty when it names none.
    let subject: String
    let query: [(name: String, value: String)]
}

/// Why a path and a method are no order.
enum NoRoute: Error {
    case unknownPath
    case otherMethods([String])
}

extension Order {
    init(
        method: String, path: [String], query: [(name: String, value: String)]
    ) throws(NoRoute) {
        // HEAD is GET without the body (RFC 9110 9.3.2), which the server leaves out.
        let method = method == "HEAD" ? "GET" : method
        // A path that two patterns fit, such as …/profiles/test, is the first one's alone.
        guard let first = Route.all.first(where: { $0.match(path) != nil }) else {
            throw .unknownPath
        }
        let fitting = Route.all.filter { $0.pattern == first.pattern }
        guard let route = fitting.first(where: { $0.method == method }),
            let (company, subject) = route.match(path)
        else { throw .otherMethods(fitting.map(\.method)) }
        self.init(call: route.call, company: company, subject: subject, query: query)
    }
}
