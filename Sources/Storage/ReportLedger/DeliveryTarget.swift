import SQL

/// Where a report or an alert is sent.
package struct DeliveryTarget: Hashable, Sendable {
    package var channel: DeliveryChannel
    /// An email address, the origin of a webhook's URL, or `slack`. It contains no secret.
    package var address: String

    package init(_ channel: DeliveryChannel, _ address: String) {
        self.channel = channel
        self.address = address
    }
}

extension DeliveryTarget: CustomStringConvertible {
    /// `ops@example.com`, `webhook https://hooks.example.com` or `slack`.
    package var description: String {
        channel == .webhook ? "webhook \(address)" : address
    }
}

/// How a report or an alert is sent. The raw values are stored.
package enum DeliveryChannel: String, Sendable, CaseIterable {
    case email
    /// JSON with a signature.
    case webhook
    /// JSON for an incoming webhook of Slack.
    case slack
}

extension Statement {
    func channel(_ column: Int32) -> DeliveryChannel {
        DeliveryChannel(rawValue: text(column)) ?? .email
    }

    func target(channel: Int32, address: Int32) -> DeliveryTarget {
        DeliveryTarget(self.channel(channel), text(address))
    }
}
