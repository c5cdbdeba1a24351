import API
import CivilTime
import HTTPServer
import Profiles
import Rendering
import Settings
import Templates
import TextSupport

/// Handles one request for a page, with the operations on the company's data.
struct PageController {
    let pageRequest: PageRequest
    let operations: Operations
    let options: WebApplicationOptions
    /// The current configuration; nil if the file is invalid.
    let configuration: Configuration?

    init(_ pageRequest: PageRequest, _ operations: Operations, _ options: WebApplicationOptions) {
        (self.pageRequest, self.operations, self.options) = (pageRequest, operations, options)
        do {
            configuration = try options.configuration()
        } catch {
            options.logError("\(error)")
            configuration = nil
        }
    }

    /// The company's configuration; nil if it is missing or invalid.
    var company: CompanySettings? {
        configuration?.companies.first { $0.sid == operations.company }
    }

    /// The time zone of displayed times.
    var zone: TimeZoneRules { company?.zone ?? .utc }
    var times: LocalTimeFormat { LocalTimeFormat(zone: zone) }

    func answer() throws -> Response {
        do {
            return try page()
        } catch {
            guard let apiError = APIError(error) else { throw error }
            return page(for: apiError)
        }
    }

    private func page() throws -> Response {
        let id = pageRequest.subject
        switch pageRequest.page {
        case .profiles: return try profilesPage()
        case .newProfile: return try newProfile()
        case .profile: return try profilePage()
        case .edit: return try edit()
        case .test: return try testPage()
        case .enable:
            _ = try operations.profiles.enable(id, at: operations.now)
            return done("enabled")
        case .disable:
            _ = try operations.profiles.disable(id, at: operations.now)
            return done("disabled")
        case .delete: return try delete()
        case .replay: return try replay()
        case .reports: return try reportsPage()
        case .mail: return try mailPage()
        case .settings: return settingsPage()
        case .home, .style, .icon, .signIn, .signOut: return .seeOther(PageURL.of(.profiles))
        }
    }

    func document(
        _ template: String, _ title: String, _ values: [String: TemplateValue], status: Int = 200
    ) -> Response {
        Document(template, title, values).answer(pageRequest, status: status)
    }

    /// Returns the page for a refused operation. Other companies' data is reported as not found.
    func page(for apiError: APIError) -> Response {
        guard apiError.status != 404 else { return Message.notFound.answer(pageRequest) }
        return Message(
            status: apiError.status, title: "Request failed", words: "\(apiError.message)."
        )
        .answer(pageRequest)
    }

    func page(for damage: DamagedProfile) -> Response {
        Message(
            status: 409, title: "Profile damaged", words: "This profile cannot be read: \(damage)."
        )
        .answer(pageRequest)
    }

    /// Redirects to the profile, which shows what was done.
    func done(_ word: String) -> Response {
        .seeOther(PageURL.of(.profile, pageRequest.subject) + "?done=\(word)")
    }

    /// A message about the previous action.
    var notices: TemplateValue {
        let words = Self.doneMessages[pageRequest.parameter("done")]
        return .list(words.map { [["words": .text($0)]] } ?? [])
    }

    private static let doneMessages = [
        "created": "The profile was created.", "saved": "The changes were saved.",
        "enabled": "The profile was enabled.",
        "disabled": "The profile was disabled; its callbacks fail until it is enabled again.",
        "deleted": "The profile was deleted.",
        "replayed": "The callback was queued again. Reload this page to see the result.",
    ]
}

extension Page {
    /// Whether the page has a form that can be shown again with the submitted values.
    var hasForm: Bool { self == .newProfile || self == .edit || self == .test }
}

/// The pages. The raw values appear in metrics and in the access log.
enum Page: String, CaseIterable, Sendable {
    case home = "page.home"
    case style = "page.style"
    case icon = "page.icon"
    case signIn = "page.sign-in"
    case signOut = "page.sign-out"
    case profiles = "page.profiles"
    case newProfile = "page.new"
    case profile = "page.profile"
    case edit = "page.edit"
    case test = "page.test"
    case enable = "page.enable"
    case disable = "page.disable"
    case delete = "page.delete"
    case replay = "page.replay"
    case reports = "page.reports"
    case mail = "page.mail"
    case settings = "page.settings"

    /// Whether the page requires a session.
    var needsSession: Bool {
        switch self {
        case .style, .icon, .signIn, .signOut: false
        default: true
        }
    }

    /// Whether the page needs the database.
    var needsDatabase: Bool { self != .style && self != .icon }

    /// The segments of the path; `{id}` is the subject of the page.
    var pattern: [String] {
        switch self {
        case .home: [""]
        case .style: ["style.css"]
        case .icon: ["icon.svg"]
        case .signIn: ["sign-in"]
        case .signOut: ["sign-out"]
        case .profiles: ["profiles"]
        case .newProfile: ["profiles", "new"]
        case .profile: ["profiles", "{id}"]
        case .edit: ["profiles", "{id}", "edit"]
        case .test: ["profiles", "{id}", "test"]
        case .enable: ["profiles", "{id}", "enable"]
        case .disable: ["profiles", "{id}", "disable"]
        case .delete: ["profiles", "{id}", "delete"]
        case .replay: ["profiles", "{id}", "replay"]
        case .reports: ["reports", "{id}"]
        case .mail: ["reports", "{id}", "mail"]
        case .settings: ["settings"]
        }
    }

    var methods: [String] {
        switch self {
        case .signIn, .newProfile, .edit, .test, .delete: ["GET", "POST"]
        case .signOut, .enable, .disable, .replay: ["POST"]
        default: ["GET"]
        }
    }

    /// Returns the page and the subject of a path.
    static func of(_ path: [String]) -> (page: Page, subject: String)? {
        // API paths are longer and far more frequent, so reject them early.
        guard path.count <= longest else { return nil }
        for page in allCases {
            if let subject = subject(of: path, as: page.pattern) { return (page, subject) }
        }
        return nil
    }

    /// The largest number of path segments.
    private static let longest = allCases.map(\.pattern.count).max() ?? 0

    /// Returns the subject, or nil if the path does not match.
    private static func subject(of path: [String], as pattern: [String]) -> String? {
        guard path.count == pattern.count else { return nil }
        var subject = ""
        for (part, segment) in zip(pattern, path) {
            switch part {
            case "{id}" where !segment.isEmpty: subject = segment
            default: if part != segment { return nil }
            }
        }
        return subject
    }
}

/// A request for a page by a signed-in user.
struct PageRequest: Sendable {
    let page: Page
    /// The ID or name in the path; empty if it has none.
    let subject: String
    let query: [(name: String, value: String)]
    let head: RequestHead
    let session: Session
    /// The token for this user's forms.
    let token: String
    /// The submitted form; nil for GET.
    var fields: FormFields?
    /// Whether to show the submitted form again without acting on it, because it came without a
    /// session or valid token.
    var isReview = false
    /// Whether the form is so large that it takes long to process.
    var isLarge = false

    /// Returns a query parameter, or an empty string.
    func parameter(_ name: String) -> String { query.last { $0.name == name }?.value ?? "" }
}

/// Builds the addresses of pages.
enum PageURL {
    static func of(_ page: Page, _ subject: String = "") -> String {
        let subject = PercentEncoding.encoded(subject)
        return "/" + page.pattern.map { $0 == "{id}" ? subject : $0 }.joined(separator: "/")
    }

    /// Returns the query part of an address; empty without parameters.
    static func query(_ pairs: [(String, String)]) -> String {
        guard !pairs.isEmpty else { return "" }
        let texts = pairs.map { "\($0.0)=\(PercentEncoding.encoded($0.1))" }
        return "?" + texts.joined(separator: "&")
    }
}

/// The submitted fields of a form, in order.
struct FormFields: Sendable {
    private(set) var pairs: [(name: String, value: String)] = []

    init() {}

    /// Returns nil if the body is not a form.
    init?(_ body: [UInt8]) {
        guard let text = String(validating: body, as: UTF8.self),
            let pairs = FormDecoding.pairs(text)
        else { return nil }
        // Browsers send line ends as CR LF.
        self.pairs = pairs.map { ($0.name, $0.value.replacing("\r\n", with: "\n")) }
    }

    /// The first value of a field, or an empty string.
    subscript(name: String) -> String {
        get { pairs.first { $0.name == name }?.value ?? "" }
        set {
            pairs.removeAll { $0.name == name }
            pairs.append((name, newValue))
        }
    }

    subscript(name: FieldName) -> String {
        get { self[name.rawValue] }
        set { self[name.rawValue] = newValue }
    }

    /// Returns all values of a field.
    func values(of name: FieldName) -> [String] { values(of: name.rawValue) }

    mutating func add(_ name: FieldName, _ value: String) {
        pairs.append((name.rawValue, value))
    }

    mutating func remove(_ name: FieldName) {
        pairs.removeAll { $0.name == name.rawValue }
    }

    private func values(of name: String) -> [String] {
        pairs.filter { $0.name == name }.map(\.value)
    }

    // MARK: Rows

    func names(of kind: RowKind) -> [String] { values(of: "\(kind)-name") }

    /// Returns the rows of names and values.
    func rows(_ kind: RowKind) -> [(name: String, value: String)] {
        zip(names(of: kind), values(of: "\(kind)-value")).map { ($0, $1) }
    }

    mutating func add(row kind: RowKind, _ name: String, _ value: String) {
        pairs += [("\(kind)-name", name), ("\(kind)-value", value)]
    }
}

/// The fields that forms have once. The raw values are the names in the HTML.
enum FieldName: String {
    case title, url, body, version, event, variables, pick, action, channel, token, key, next, kept
    case method = "http_method"
    case bodyType = "body_type"
    case responseMessage = "response_message"
    case algorithm = "algo"
    case ivKind = "iv_kind"
    case iv
    case parameters = "params"
    case signing
    case removesSigning = "no-signing"
    case tokenURL = "auth-url"
    case clientID = "auth-id"
    case clientSecret = "auth-secret"
    case callbackID = "callback_id"
}

/// The rows of a name and a value that a form can have several of.
enum RowKind: String, CaseIterable {
    case header
    /// Additional fields of the token request.
    case extra

    /// Whether the value of a row with this name may be a secret.
    func hidesValue(of name: String) -> Bool {
        switch self {
        case .header: SecretMask.hides(header: name)
        case .extra: SecretMask.hides(tokenField: name)
        }
    }
}
