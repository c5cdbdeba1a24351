/// Why an attempt failed. The raw values are stored.
package enum Reason: Int, CaseIterable, Sendable {
    case http3xx = 0
    case http4xx = 1
    case http5xx = 2
    case timeout = 3
    case dns = 4
    case connect = 5
    case tls = 6
    /// Callbacks must not be sent to the endpoint's address.
    case blocked = 7
    /// The callback's profile was disabled or deleted.
    case disabled = 8
    case other = 9

    /// The raw values that are valid in tables.
    package static let stored: ClosedRange<Int64> = 0...9

    /// The name in logs and reports.
    package var name: String {
        switch self {
        case .http3xx: "http_3xx"
        case .http4xx: "http_4xx"
        case .http5xx: "http_5xx"
        case .timeout: "timeout"
        case .dns: "dns"
        case .connect: "connect"
        case .tls: "tls"
        case .blocked: "blocked"
        case .disabled: "disabled"
        case .other: "other"
        }
    }

    package init?(name: some StringProtocol) {
        guard let match = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = match
    }

    /// Returns the reason for an HTTP status, if nothing else was recorded.
    package init(status: Int) {
        switch status {
        case 300..<400: self = .http3xx
        case 400..<500: self = .http4xx
        case 500..<600: self = .http5xx
        default: self = .other
        }
    }
}
