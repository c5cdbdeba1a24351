import API
import CivilTime
import HTTPServer
import Profiles
import Rendering
import Settings
import Templates

/// Handles one request for a page, with the operations on the company's data.
struct PageController {
    let visit: PageRequest
    let operations: Operations
    let options: WebApplicationOptions
    /// The current configuration; nil if the file is invalid.
    let configuration: Configuration?

    init(_ visit: PageRequest, _ operations: Operations, _ options: WebApplicationOptions) {
        (self.visit, self.operations, self.options) = (visit, operations, options)
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
            guard let refusal = Refusal(error) else { throw error }
            return page(for: refusal)
        }
    }

    private func page() throws -> Response {
        let id = visit.subject
        switch visit.page {
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
        case .home, .style, .icon, .signIn, .signOut: return .seeOther(Address.of(.profiles))
        }
    }

    func document(
        _ template: String, _ title: String, _ values: [String: TemplateValue], status: Int = 200
    ) -> Response {
        Document(template, title, values).answer(visit, status: status)
    }

    /// Returns the page for a refused operation. Other companies' data is reported as not found.
    func page(for refusal: Refusal) -> Response {
        guard refusal.status != 404 else { return Message.notFound.answer(visit) }
        return Message(
            status: refusal.status, title: "Request failed", words: "\(refusal.message)."
        )
        .answer(visit)
    }

    func page(for damage: DamagedProfile) -> Response {
        Message(
            status: 409, title: "Profile damaged", words: "This profile cannot be read: \(damage)."
        )
        .answer(visit)
    }

    /// Redirects to the profile, which shows what was done.
    func done(_ word: String) -> Response {
        .seeOther(Address.of(.profile, visit.subject) + "?done=\(word)")
    }

    /// A message about the previous action.
    var notices: TemplateValue {
        let words = Self.doneMessages[visit.parameter("done")]
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
