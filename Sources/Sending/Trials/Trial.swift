package import CivilTime
package import Curl
import Profiles

/// A request that was sent to see what comes of it, outside of any queue.
package struct Trial: Sendable {
    /// As it was sent, with its token.
    package let request: HTTPRequest
    package let result: HTTPResult
    package let verdict: Verdict

    /// Sends a request, after the token that it may need; nothing is tried twice.
    package init(
        _ outgoing: OutgoingRequest, options: HTTPOptions, clock: () -> Instant
    ) throws(CurlError) {
        var transfers = try HTTPTransfers(options, connections: 1)
        var request = outgoing.request
        if let credentials = outgoing.credentials {
            let answer = try Self.exchange(BearerToken.request(credentials), on: &transfers)
            guard let token = BearerToken(answer, now: clock()) else {
                self.request = request
                result = answer.ofToken
                verdict = Verdict(token: answer)
                return
            }
            request = request.authorized(by: token)
        }
        self.request = request
        result = try Self.exchange(request, on: &transfers)
        verdict = Verdict(result, now: clock())
    }

    private static func exchange(
        _ request: HTTPRequest, on transfers: inout HTTPTransfers
    ) throws(CurlError) -> HTTPResult {
        try transfers.start(request, tag: 0)
        while true {
            if let ended = transfers.poll(milliseconds: 1000).first { return ended.result }
        }
    }
}
