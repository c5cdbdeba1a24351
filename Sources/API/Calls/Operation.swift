import HTTPServer

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
