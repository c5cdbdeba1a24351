package import CivilTime
package import DeliveryLog

/// What a notice says about one endpoint, as of the time of the notice.
package struct EndpointFacts: Hashable, Sendable {
    package var endpoint: Endpoint
    /// The title in the configuration, the gateway or the log.
    package var title: String?
    /// The scheme, host and port of the URL.
    package var origin: String?
    /// When the failure began.
    package var since: Instant?
    /// When the failure ended, for a recovery.
    package var until: Instant?
    /// The callbacks since the failure began, by the outcome of their latest attempt.
    package var tally = Tally()
    /// The most frequent reason of the undelivered callbacks.
    package var reason: Reason?
    /// The status of the last undelivered attempt.
    package var status: Int?
    /// The beginning of what the endpoint answered to it, on one line.
    package var answer: String?
    /// The callbacks that wait for another attempt.
    package var waiting = 0
    /// When the last attempt at the last of them is made at the latest.
    package var givenUpBy: Instant?
    /// When the gateway disables the profile if nothing is delivered.
    package var disablesAt: Instant?
    /// The callbacks that were not delivered at first but were later, for a recovery.
    package var deliveredLate = 0
    /// The number of earlier changes that no notice reported.
    package var unreported = 0
    /// Whether the numbers are known. If many endpoints change together, some are only named.
    package var isDescribed = true

    package init(endpoint: Endpoint) {
        self.endpoint = endpoint
    }

    /// The callbacks that were not delivered at their first attempts.
    package var affected: Int { tally.failed + tally.retrying + deliveredLate }
}

/// A notice to the recipients of a company's alerts.
package struct AlertNotice: Hashable, Sendable {
    package var kind: AlertKind
    package var company: String
    /// The name of the company.
    package var name: String
    package var zone: TimeZoneRules
    package var now: Instant
    /// The endpoints that changed in the same way. Empty if the notice is about the log.
    package var endpoints: [EndpointFacts]
    /// When the last callback of a silent log finished.
    package var lastCallback: Instant?
    /// The URL of the list of profiles.
    package var page: String?
    /// The path of the configuration file, if commands need `--config`.
    package var configuration: String?

    package init(
        kind: AlertKind, company: String, name: String, zone: TimeZoneRules, now: Instant,
        endpoints: [EndpointFacts] = [], lastCallback: Instant? = nil, page: String? = nil,
        configuration: String? = nil
    ) {
        self.kind = kind
        self.company = company
        self.name = name
        self.zone = zone
        self.now = now
        self.endpoints = endpoints
        self.lastCallback = lastCallback
        self.page = page
        self.configuration = configuration
    }

    /// When what the notice is about began.
    package var since: Instant {
        endpoints.compactMap(\.since).min() ?? lastCallback ?? now
    }
}
