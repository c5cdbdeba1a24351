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
