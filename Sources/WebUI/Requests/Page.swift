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
