import CivilTime
import Mail
package import Settings
import Storage
import StorageErrors
package import Webhooks

/// Webhooks and Slack messages.
extension Run {
    /// How many messages are sent at once.
    private static let maxPosts = 64

    /// Sends due messages, many at once, so that a receiver that does not answer delays no other.
    func post(_ due: [Int64]) throws(StorageError) {
        var rest = due[...]
        var held: [Int64] = []
        while !rest.isEmpty {
            let batch = rest.prefix(Self.maxPosts)
            rest = rest.dropFirst(batch.count)
            try ledger.announce(batch, now: clock())
            var leased: [LeasedDelivery] = []
            for id in batch {
                guard let delivery = try ledger.lease(id, owner: owner, now: clock()) else {
                    held.append(id)
                    continue
                }
                leased.append(delivery)
            }
            try ledger.withdraw(held[...])
            try post(leased)
            // An alert that waited for an earlier one may be sent now.
            if rest.isEmpty, !leased.isEmpty { (rest, held) = (held[...], []) }
        }
    }

    private func post(_ deliveries: [LeasedDelivery]) throws(StorageError) {
        var results: [Int64: DeliveryResult] = [:]
        var requests: [(id: Int64, request: WebhookRequest)] = []
        for delivery in deliveries {
            switch request(delivery) {
            case .success(let request): requests.append((delivery.id, request))
            case .failure(let failure):
                let reply = DeliveryReply(.connection, code: nil, failure.words)
                results[delivery.id] = .misconfigured(reply)
            }
        }
        let answers = webhooks.send(requests.map(\.request), at: clock().seconds)
        for (request, answer) in zip(requests, answers) { results[request.id] = answer }
        for delivery in deliveries {
            guard let result = results[delivery.id] else { continue }
            try record(result, of: delivery, isLast: delivery.id == deliveries.last?.id)
        }
    }

    /// Why a message cannot be sent now.
    private struct Unsendable: Error {
        var words: String
    }

    private func request(_ delivery: LeasedDelivery) -> Result<WebhookRequest, Unsendable> {
        let channels = configuration.companies.first { $0.sid == delivery.company }?
            .channels(of: delivery.kind)
        do throws(SecretFileError) {
            switch delivery.target.channel {
            case .webhook:
                if let webhook = channels?.webhook {
                    return .success(
                        WebhookRequest(
                            url: webhook.url, id: delivery.messageID, body: delivery.message,
                            secret: try webhook.secret()))
                }
            case .slack:
                if let slack = channels?.slack {
                    return .success(
                        WebhookRequest(
                            url: try slack.url(), id: delivery.messageID, body: delivery.message))
                }
            case .email: break
            }
            return .failure(Unsendable(words: "the configuration of the company is invalid"))
        } catch {
            return .failure(Unsendable(words: "\(error)"))
        }
    }
}

extension WebhookSettings {
    /// Reads the key for signatures.
    package func secret() throws(SecretFileError) -> WebhookSecret {
        guard let secret = WebhookSecret(try secretFile.line()) else {
            throw .unusable(
                path: secretFile.path,
                expected: "'whsec_' and 24 to 64 bytes in Base64, on a single line")
        }
        return secret
    }
}

extension CompanySettings {
    /// The channels of reports or alerts of a kind, in addition to email.
    func channels(of kind: EntryKind) -> ChannelSettings? {
        switch kind {
        case .report(let frequency): reports.first { $0.frequency == frequency }?.channels
        case .alert: alerts?.channels
        }
    }
}

extension ChannelSettings {
    /// The addresses under which the ledger records deliveries to these channels.
    var targets: [DeliveryTarget] {
        [
            webhook.map { DeliveryTarget(.webhook, $0.origin) },
            slack.map { _ in DeliveryTarget(.slack, "slack") },
        ].compactMap(\.self)
    }
}
