package import Curl
package import Mail
package import TextSupport

/// A message to a webhook or to Slack.
package struct WebhookRequest: Sendable {
    /// The URL. Its path and query can contain a token.
    package var url: Secret
    /// Identifies the message. It is the same in all attempts, so that receivers can recognize
    /// repetitions.
    package var id: String
    /// JSON.
    package var body: [UInt8]
    /// The key to sign with, or nil for Slack, which needs no signature.
    package var secret: WebhookSecret?

    package init(url: Secret, id: String, body: [UInt8], secret: WebhookSecret? = nil) {
        self.url = url
        self.id = id
        self.body = body
        self.secret = secret
    }
}

/// Sends messages to webhooks, many at once.
///
///     let results = WebhookClient().send([request], at: now.seconds)
///
/// Redirects are not followed. The URLs are trusted: any address is allowed, and a proxy from the
/// environment is used.
package struct WebhookClient: Sendable {
    private let options: HTTPOptions

    /// Limits in milliseconds and bytes. An endpoint that does not answer delays an alert to others
    /// by at most ten seconds.
    package static let limits = HTTPLimits(
        connectTimeout: 5_000, totalTimeout: 10_000, maxResponseSize: 64 << 10, maxKeptSize: 1 << 10
    )

    package init(limits: HTTPLimits = WebhookClient.limits, caFile: String? = nil) {
        options = HTTPOptions(
            limits: limits, userAgent: "callback-reports", caFile: caFile,
            usesEnvironmentProxy: true
        ) { _ in true }
    }

    /// Sends all messages, and returns their results in the same order.
    ///
    /// - Parameter now: The time for signatures, in seconds since 1970.
    package func send(_ requests: [WebhookRequest], at now: Int64) -> [DeliveryResult] {
        do throws(CurlError) {
            let answers = try exchange(requests, at: now)
            return requests.indices.map { index in
                let request = requests[index]
                let reply = answers[Int64(index)].map { DeliveryResult($0, of: request, at: now) }
                return reply ?? .deferred(DeliveryReply(.connection, code: nil, "no result"))
            }
        } catch {
            let result = DeliveryResult.misconfigured(
                DeliveryReply(.connection, code: nil, error.message))
            return requests.map { _ in result }
        }
    }

    private func exchange(
        _ requests: [WebhookRequest], at now: Int64
    ) throws(CurlError) -> [Int64: HTTPResult] {
        var transfers = try HTTPTransfers(options, connections: requests.count)
        for (tag, request) in requests.enumerated() {
            try transfers.start(request.http(at: now), tag: Int64(tag))
        }
        var answers: [Int64: HTTPResult] = [:]
        while transfers.count > 0 {
            for ended in transfers.poll(milliseconds: 1_000) { answers[ended.tag] = ended.result }
        }
        return answers
    }
}

extension WebhookRequest {
    fileprivate func http(at now: Int64) -> HTTPRequest {
        var headers = [HTTPHeader("Content-Type", "application/json")]
        if let secret {
            headers += [
                HTTPHeader("webhook-id", id), HTTPHeader("webhook-timestamp", String(now)),
                HTTPHeader(
                    "webhook-signature", secret.signature(id: id, timestamp: now, body: body)),
            ]
        }
        return HTTPRequest(method: "POST", url: url.reveal(), headers: headers, body: body)
    }

    /// The URL, its parts and the key, which a response may quote. Longer ones come first, because
    /// they can contain others.
    fileprivate var secrets: [String] {
        let url = url.reveal()
        let rest = String(url.dropFirst(URLOrigin.of(url).count))
        let parts = rest.split { "/?#&=".contains($0) }.map(String.init)
        let texts = [url, rest, String(rest.prefix { $0 != "?" })] + parts
        return (texts + (secret?.texts ?? [])).filter { $0.utf8.count >= 8 }
            .sorted { $0.utf8.count > $1.utf8.count }
    }
}

extension DeliveryResult {
    /// Classifies the result of a request to a webhook or to Slack.
    fileprivate init(_ result: HTTPResult, of request: WebhookRequest, at now: Int64) {
        var answer: DeliveryResult
        if let status = result.status, status >= 200 {
            answer = Self.answered(status, result, at: now)
        } else {
            answer = Self.unanswered(result, URLOrigin.of(request.url.reveal()))
        }
        self = answer.with(answer.reply.hiding(request.secrets))
    }

    /// The status counts even if the rest of the response is missing.
    private static func answered(
        _ status: Int, _ result: HTTPResult, at now: Int64
    ) -> DeliveryResult {
        let text = String(decoding: result.content, as: UTF8.self)
            .split(whereSeparator: \.isNewline).joined(separator: " ")
        var reply = DeliveryReply(.response, code: status, text)
        switch status {
        case 200..<300: return .accepted(reply)
        case 301, 308:
            return .rejected(
                DeliveryReply(
                    .response, code: status,
                    "the URL has moved; set the new one in the configuration"))
        // Timeout, Too Early and Too Many Requests.
        case 400..<500 where ![408, 425, 429].contains(status): return .rejected(reply)
        default:
            reply.retryAfter = result.retryAfter(at: now)
            return .deferred(reply)
        }
    }

    private static func unanswered(_ result: HTTPResult, _ origin: String) -> DeliveryResult {
        let words = "\(origin): \(result.fault?.message ?? "no response")"
        if result.fault?.kind == .invalidRequest {
            return .rejected(DeliveryReply(.connection, code: nil, words))
        }
        guard result.mayHaveBeenSent else {
            return .deferred(DeliveryReply(.connection, code: nil, words))
        }
        return .uncertain(
            DeliveryReply(.response, code: nil, "\(words); the message may have been delivered"))
    }
}
