package import CivilTime
package import Curl
import Profiles

/// A request that was sent to see what comes of it, outside of any queue.
package struct TestDelivery: Sendable {
    /// As it was sent, with its token.
    package let request: HTTPRequest
    package let result: HTTPResult
    package let verdict: AttemptResult

    /// Sends a request, after the token that it may need; nothing is tried twice.
    ///
    /// - Parameter isCancelled: asked now and then; once true, the answer is not waited for.
    /// - Throws: ``CancelledTrial``, or `CurlError`.
    package init(
        _ outgoing: OutgoingRequest, options: HTTPOptions, clock: () -> Instant,
        isCancelled: () -> Bool = { false }
    ) throws {
        var transfers = try HTTPTransfers(options, connections: 1)
        var request = outgoing.request
        if let credentials = outgoing.credentials {
            let answer = try Self.token(credentials, on: &transfers, isCancelled)
            guard let token = BearerToken(answer, now: clock()) else {
                self.request = request
                result = answer.ofToken(for: credentials)
                verdict = AttemptResult(token: answer, now: clock())
                return
            }
            request = request.authorized(by: token)
        }
        self.request = request
        result = try Self.exchange(request, on: &transfers, isCancelled)
        verdict = AttemptResult(result, now: clock())
    }

    /// The answer of a token server, asked in each way that it may understand.
    private static func token(
        _ credentials: ClientCredentials, on transfers: inout HTTPTransfers,
        _ isCancelled: () -> Bool
    ) throws -> HTTPResult {
        var authentication = ClientAuthentication.inBody
        while true {
            let request = BearerToken.request(credentials, authentication)
            let answer = try exchange(request, on: &transfers, isCancelled)
            guard let next = authentication.next(after: answer) else { return answer }
            authentication = next
        }
    }

    private static func exchange(
        _ request: HTTPRequest, on transfers: inout HTTPTransfers, _ isCancelled: () -> Bool
    ) throws -> HTTPResult {
        try transfers.start(request, tag: 0)
        while !isCancelled() {
            if let ended = transfers.poll(milliseconds: 200).first { return ended.result }
        }
        throw CancelledTrial()
    }
}

/// The program is told to end, so that the answer to a test is not waited for.
package struct CancelledTrial: Error {}
