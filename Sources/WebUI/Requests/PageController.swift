import API
import CivilTime
import HTTPServer
import JSON
import Profiles
import Rendering
import Settings
import Templates

/// One visit at work: what is looked at or done, with the operations on the company's things.
struct PageController {
    let visit: PageRequest
    let operations: Operations
    let options: WebApplicationOptions
    /// The configuration as it is now; nil when it has a mistake that concerns everybody.
    let configuration: Configuration?

    init(_ visit: PageRequest, _ operations: Operations, _ options: WebApplicationOptions) {
        (self.visit, self.operations, self.options) = (visit, operations, options)
        do {
            configuration = try options.configuration()
        } catch {
            options.tell("\(error)")
            configuration = nil
        }
    }

    /// The company's part of the configuration; nil when it has none, or one with a mistake.
    var company: CompanySettings? {
        configuration?.companies.first { $0.sid == operations.company }
    }

    /// On whose clocks times are shown.
    var zone: TimeZoneRules { company?.zone ?? .utc }
    var times: LocalTimeFormat { LocalTimeFormat(zone: zone) }

    func answer() throws -> Response {
        let id = visit.subject
        switch visit.page {
        case .profiles: return try profilesPage()
        case .newProfile: return try newProfile()
        case .profile: return try profilePage()
        case .edit: return try edit()
        case .test: return try testPage()
        case .enable: return try done("enabled", operations.profiles.enable(id, at: operations.now))
        case .disable:
            return try done("disabled", operations.profiles.disable(id, at: operations.now))
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

    /// The page for a request that could not be done: another company's things are nowhere.
    func refusal(_ envelope: Envelope) -> Response {
        guard envelope.status != 404 else { return Message.notFound.answer(visit) }
        return Message(
            status: envelope.status, title: "Not possible", words: "\(envelope.message)."
        )
        .answer(visit)
    }

    /// The page in place of one that needs all of a profile; nil when all of it can be read.
    func refusal(ofDamaged profile: JSONObject) -> Response? {
        guard let damage = profile["damaged"]?.string else { return nil }
        return Message(
            status: 409, title: "Damaged", words: "This profile cannot be read: \(damage)."
        )
        .answer(visit)
    }

    /// Goes on to the profile, which says what was done.
    func done(_ word: String, _ envelope: Envelope) -> Response {
        guard envelope.isSuccess else { return refusal(envelope) }
        return .seeOther(Address.of(.profile, visit.subject) + "?done=\(word)")
    }

    /// What was done on the page before.
    var notices: TemplateValue {
        let words = Self.doneWords[visit.parameter("done")]
        return .list(words.map { [["words": .text($0)]] } ?? [])
    }

    private static let doneWords = [
        "created": "The profile was created.", "saved": "The changes were saved.",
        "enabled": "The profile was enabled.",
        "disabled": "The profile was disabled; its callbacks fail until it is enabled again.",
        "deleted": "The profile was deleted.",
        "replayed": "The callback is sent again; load this page anew to see how it went.",
    ]

    /// A time of an answer, on the company's clocks.
    func time(_ value: JSONValue?) -> String {
        value?.string.flatMap { Instant(rfc3339: $0) }.map { times.full($0) } ?? ""
    }
}

extension Page {
    /// Whether it shows a form again that could not be taken.
    var hasForm: Bool { self == .newProfile || self == .edit || self == .test }
}
