/// What an alert reports. The raw values are stored, and are the `type` of JSON forms.
package enum AlertKind: String, CaseIterable, Sendable {
    case failing = "endpoint.failing"
    case recovered = "endpoint.recovered"
    /// The gateway will disable the endpoint's profile if nothing is delivered.
    case disableWarning = "endpoint.disable_warning"
    case disabled = "endpoint.disabled"
    /// The log of a company that usually receives callbacks at this hour receives none.
    case silent = "log.silent"
    /// The log receives callbacks again.
    case resumed = "log.resumed"
}

/// The condition of an endpoint, or of a company's log. The raw values are stored.
package enum AlertCondition: String, CaseIterable, Sendable {
    case healthy
    case failing
    /// The gateway disabled the profile because its endpoint failed.
    case disabled
    /// Only for logs: nothing is recorded, although it usually is at this hour.
    case silent
}
