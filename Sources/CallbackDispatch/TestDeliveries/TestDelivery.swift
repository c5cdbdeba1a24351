package import CivilTime
package import Curl
import Profiles

/// A request that was sent to test a profile, outside the queue.
package struct TestDelivery: Sendable {
    /// The request as sent, including its token.
    package let request: HTTPRequest
    package let result: HTTPResult
    package let verdict: AttemptResult

    /// Fetches a token if needed, and sends the request once. Nothing is retried.
    ///
    /// - Parameters:
    ///   - outgoing: The request and its credentials.
    ///   - options: The HTTP options and limits.
    ///   - clock: Returns the current time.
    ///   - isCancelled: Polled regularly. Once it returns true, the response is abandoned.
    /// - Throws: ``CancelledTestDelivery``, or `CurlError`.
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

    /// Returns the token server's response, after trying each authentication method that it may
    /// accept.
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
        throw CancelledTestDelivery()
    }
}

/// The process is shutting down, so the response to a test is abandoned.
package struct CancelledTestDelivery: Error {}
