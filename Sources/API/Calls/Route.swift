import HTTPServer

/// The operation for a method and a path.
struct Route: Sendable {
    let method: String
    /// The path segments. `{sid}` is the company; `{id}` and `{number}` are the subject of the
    /// operation.
    let pattern: [String]
    let call: Operation

    private init(_ method: String, _ path: String, _ call: Operation) {
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

    /// The routes grouped by pattern. If a path matches two patterns, such as …/profiles/test, the
    /// first one wins.
    static let byPattern: [[Route]] = all.reduce(into: []) { groups, route in
        if let index = groups.firstIndex(where: { $0[0].pattern == route.pattern }) {
            groups[index].append(route)
        } else {
            groups.append([route])
        }
    }

    /// Returns the company and the subject of a path, or nil if the path does not match.
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

/// The operation that a request asks for.
struct RoutedRequest: Sendable {
    let call: Operation
    let company: String
    /// The ID or number in the path; empty if the path has none.
    let subject: String
    let query: [(name: String, value: String)]
}

/// Why a method and a path have no route.
enum RouteError: Error {
    case unknownPath
    case otherMethods([String])
}

extension RoutedRequest {
    init(
        method: String, path: [String], query: [(name: String, value: String)]
    ) throws(RouteError) {
        // HEAD is GET without the body (RFC 9110 9.3.2). The server omits the body.
        let method = method == "HEAD" ? "GET" : method
        for routes in Route.byPattern {
            guard let (company, subject) = routes[0].match(path) else { continue }
            guard let route = routes.first(where: { $0.method == method }) else {
                throw .otherMethods(routes.map(\.method))
            }
            self.init(call: route.call, company: company, subject: subject, query: query)
            return
        }
        throw .unknownPath
    }
}

/// The operations of the API. The raw values appear in metrics and in the access log.
enum Operation: String, CaseIterable, Sendable {
    case createProfile = "profile.create"
    case listProfiles = "profile.list"
    case showProfile = "profile.show"
    case updateProfile = "profile.update"
    case deleteProfile = "profile.delete"
    case enableProfile = "profile.enable"
    case disableProfile = "profile.disable"
    case testProfile = "profile.test"
    case testSettings = "settings.test"
    case trigger = "event.trigger"
    case listNumbers = "number.list"
    case bindNumber = "number.bind"
    case showNumber = "number.show"
    case unbindNumber = "number.unbind"
    case incomingMessage = "message.incoming"
    case listDeliveries = "delivery.list"
    case replay = "delivery.replay"
    case health
    case metrics
    case description = "openapi"

    /// Whether the operation needs the API key of a company.
    var needsKey: Bool {
        switch self {
        case .health, .metrics, .description: false
        default: true
        }
    }
}

/// Whether an operation has a body, and of which types.
enum BodyRule {
    case none
    /// JSON, or no body.
    case optional
    case json
    /// JSON, or one JSON value per line.
    case lines
}

extension Operation {
    var bodyRule: BodyRule {
        switch self {
        case .createProfile, .updateProfile, .testSettings, .bindNumber, .incomingMessage: .json
        case .trigger: .lines
        case .testProfile: .optional
        default: .none
        }
    }
}

/// Checks the content type and encoding of request bodies.
enum ContentTypeRule {
    /// Returns what is wrong with the headers that describe the body, or nil if they are valid.
    static func fault(_ head: RequestHead, _ call: Operation) -> String? {
        guard call.bodyRule != .none, hasBody(head) else { return nil }
        if let coding = head.values(of: "content-encoding").first {
            return "headers must NOT have 'content-encoding' other than identity"
                .unless(coding.lowercased() == "identity")
        }
        let types = call.bodyRule == .lines ? [json, "application/x-ndjson"] : [json]
        let words = "headers must have 'content-type' \(types.joined(separator: " or "))"
        guard let given = head.header("content-type") else { return words }
        // The common case.
        if given == json { return nil }
        let parts = given.lowercased().split(separator: ";")
            .map { $0.filter { $0 != " " && $0 != "\t" } }
        let charsets = parts.dropFirst().filter { $0.hasPrefix("charset=") }
            .map { $0.dropFirst(8).filter { $0 != "\"" } }
        guard types.contains(parts.first ?? "") else { return words }
        return charsets.allSatisfy(utf8.contains) ? nil : words + " in UTF-8"
    }

    /// The names of UTF-8 that clients send, and of ASCII, its subset.
    private static let utf8 = ["utf-8", "utf8", "us-ascii"]

    private static let json = "application/json"

    private static func hasBody(_ head: RequestHead) -> Bool {
        head.contentLength.map { $0 > 0 } ?? !head.values(of: "transfer-encoding").isEmpty
    }
}

extension String {
    fileprivate func unless(_ condition: Bool) -> String? { condition ? nil : self }
}
