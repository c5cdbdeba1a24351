import JSON
import Profiles
import Templates

/// The form of a profile with its values, errors and results.
struct ProfileForm {
    let channel: Channel
    /// The profile as the API returns it, with masked secrets; empty for a new one.
    let stored: JSONObject
    var fields = FormFields()
    var faults = FormFaults()
    /// The message above the form.
    var notice = ""
    /// Whether the message reports success.
    var isDone = false
    /// The result of a test.
    var outcome = TemplateValue.none
    var status = 200
    /// The field that has the focus when the page opens.
    var focus = ""

    /// Creates an empty form.
    init(channel: Channel) {
        self.channel = channel
        stored = [:]
        fields["http_method"] = HTTPMethod.post.rawValue
        fields["body_type"] = BodyType.json.rawValue
        fields["iv_kind"] = "random"
        fields["variables"] = ""
        for event in channel.events { fields.add("event", event) }
        addRows()
    }

    /// Creates the form of an existing profile.
    init(of profile: JSONObject) {
        channel = profile["channel"]?.string.flatMap { Channel(rawValue: $0) } ?? .general
        stored = profile
        fields = StoredFields(profile).fields
        addRows()
    }

    var isNew: Bool { stored.isEmpty }

    var title: String {
        guard !isNew else { return "New profile: \(ChannelLabels.title(channel))" }
        return "Edit \(stored["title"]?.string ?? "")"
    }

    /// A message if the profile was changed by someone else since the form was opened.
    var conflict: String? {
        let version = stored["version"]?.integer.map { "\($0)" }
        guard let version, fields["version"] != version else { return nil }
        return "Someone else has changed this profile in the meantime. "
            + "Save again to overwrite their changes."
    }

    mutating func take(_ envelope: Envelope) {
        guard !envelope.isSuccess else { return }
        status = envelope.status
        faults = FormFaults(envelope, headers: names("header"), extras: names("extra"))
    }

    /// Adds empty rows for more headers and fields.
    mutating func addRows() {
        for kind in ["header", "extra"] {
            let names = names(kind)
            let spare = names.reversed().prefix { $0.isEmpty }.count
            let wanted = fields["action"] == "more-\(kind)" ? spare + 2 : 2
            for _ in 0..<max(0, wanted - spare) where names.count < 60 {
                fields.add("\(kind)-name", "")
                fields.add("\(kind)-value", "")
            }
            if fields["action"] == "more-\(kind)" { focus = "\(kind)-\(names.count - spare)-name" }
        }
    }

    func names(_ kind: String) -> [String] { fields.values(of: "\(kind)-name") }

    /// Returns the rows of names and values.
    func rows(_ kind: String) -> [(name: String, value: String)] {
        zip(names(kind), fields.values(of: "\(kind)-value")).map { ($0, $1) }
    }
}
