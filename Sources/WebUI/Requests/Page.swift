/// Everything that can be looked at or sent; the raw values stand in metrics and in the log.
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

    /// Whether only those who have signed in get to it.
    var needsSession: Bool {
        switch self {
        case .style, .icon, .signIn, .signOut: false
        default: true
        }
    }

    /// Whether it cannot be made without the database.
    var needsDatabase: Bool { self != .style && self != .icon }

    /// The segments of its path; `{id}` is what it is about.
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

    /// The page of a path, and what it is about.
    static func of(_ path: [String]) -> (page: Page, subject: String)? {
        // Those of the API have more, and come a thousand times as often.
        guard path.count <= longest else { return nil }
        for page in allCases {
            if let subject = subject(of: path, as: page.pattern) { return (page, subject) }
        }
        return nil
    }

    /// Segments of a path.
    private static let longest = allCases.map(\.pattern.count).max() ?? 0

    /// Nil when the path is another one.
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
