import API
import Profiles
import Templates

/// The form of a profile with its values, errors and results.
struct ProfileForm {
    let channel: Channel
    /// The profile that the form changes; nil for a new one.
    let stored: Profile?
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
        stored = nil
        fields[.method] = HTTPMethod.post.rawValue
        fields[.bodyType] = BodyType.json.rawValue
        fields[.ivKind] = "random"
        fields[.variables] = ""
        for event in channel.events { fields.add(.event, event) }
        addRows()
    }

    /// Creates the form of an existing profile.
    init(of profile: Profile) {
        channel = profile.settings.channel
        stored = profile
        fields = StoredFields(profile).fields
        addRows()
    }

    var isNew: Bool { stored == nil }

    var title: String {
        guard let stored else { return "New profile: \(ChannelLabels.title(channel))" }
        return "Edit \(stored.settings.title)"
    }

    /// A message if the profile was changed by someone else since the form was opened.
    var conflict: String? {
        guard let storedVersion, fields[.version] != storedVersion else { return nil }
        return "Someone else has changed this profile in the meantime. "
            + "Save again to overwrite their changes."
    }

    var storedVersion: String? { stored.map { "\($0.current.number)" } }

    /// Shows why the request of the form was refused.
    mutating func take(_ refusal: Refusal) {
        status = refusal.status
        faults = FormFaults(
            refusal, headers: fields.names(of: .header), extras: fields.names(of: .extra))
    }

    /// Adds empty rows for more headers and fields.
    mutating func addRows() {
        for kind in RowKind.allCases {
            let names = fields.names(of: kind)
            let spare = names.reversed().prefix { $0.isEmpty }.count
            let wanted = fields[.action] == "more-\(kind)" ? spare + 2 : 2
            for _ in 0..<max(0, wanted - spare) where names.count < 60 {
                fields.add(row: kind, "", "")
            }
            if fields[.action] == "more-\(kind)" { focus = "\(kind)-\(names.count - spare)-name" }
        }
    }
}
