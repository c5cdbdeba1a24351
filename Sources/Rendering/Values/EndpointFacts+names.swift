package import Alerts
import DeliveryLog

extension EndpointFacts {
    /// The title or the ID, in printable form.
    package var name: String {
        let name = (title ?? endpoint.profileID ?? host ?? "").name()
        return name.isEmpty ? "(no endpoint)" : name
    }

    /// The name with the host: `order-status (hooks.example.com)`.
    package var fullName: String {
        guard let host = host?.name(), host != name else { return name }
        return "\(name) (\(host))"
    }

    /// The origin without its scheme.
    private var host: String? {
        guard let origin = origin ?? endpoint.origin else { return nil }
        for scheme in ["https://", "http://"] where origin.hasPrefix(scheme) {
            return String(origin.dropFirst(scheme.count))
        }
        return origin
    }

    /// The ID and the origin, where they are not the name.
    var detail: String? {
        let parts = [title == nil ? nil : endpoint.profileID, origin ?? endpoint.origin]
            .compactMap { $0?.name() }.filter { $0 != name }
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }
}

extension AlertKind {
    enum Tone {
        case bad
        case good
        case quiet
    }

    var tone: Tone {
        switch self {
        case .failing, .disabled: .bad
        case .recovered, .resumed: .good
        case .disableWarning, .silent: .quiet
        }
    }

    /// The beginning of the subject.
    var title: String {
        switch self {
        case .failing: "Endpoint failing"
        case .recovered: "Endpoint recovered"
        case .disableWarning: "Endpoint will be disabled"
        case .disabled: "Endpoint disabled"
        case .silent: "No callbacks"
        case .resumed: "Callbacks resumed"
        }
    }

    /// The subject of several endpoints, after their number.
    var titleOfSeveral: String {
        switch self {
        case .failing: "endpoints failing"
        case .recovered: "endpoints recovered"
        case .disableWarning: "endpoints will be disabled"
        case .disabled: "endpoints disabled"
        case .silent, .resumed: "logs"
        }
    }
}
