/// Limits for the size and duration of requests.
package struct ServerLimits: Sendable {
    /// The maximum size of a body, in bytes.
    package var body = 1 << 20
    /// Limits for all bodies that are being read or processed.
    package var bodies = MemoryLimits(all: 64 << 20, one: 16 << 20, withoutKey: 4 << 20)
    /// Limits for all responses that the clients have not read yet.
    package var answers = MemoryLimits(all: 64 << 20, one: 16 << 20, withoutKey: 8 << 20)
    /// The maximum number of bytes that are read and discarded, so that a client that sends too
    /// much still gets a response.
    package var discarded = 8 << 20
    /// The maximum size of the target (path and query), in bytes.
    package var target = 8 << 10
    /// The maximum size of the request line and the headers, in bytes.
    ///
    /// libmicrohttpd gets twice as much memory, so that we can answer requests that are slightly
    /// too long. libmicrohttpd itself answers requests that are even longer or that are not HTTP,
    /// with the correct status and a page that cannot be configured.
    package var head = 16 << 10
    package var connections = 4096
    package var threads = 2
    /// The time until the first request and between requests.
    package var idle: Duration = .seconds(30)
    /// The time from the end of the request line to the end of the headers.
    package var headers: Duration = .seconds(10)
    /// The time to receive the complete body.
    package var reading: Duration = .seconds(30)
    /// The time to send the complete response.
    package var writing: Duration = .seconds(60)

    package init() {}
}

/// Limits for the memory that the server uses for bodies or responses, in bytes.
package struct MemoryLimits: Sendable {
    /// The limit for all clients together.
    package var all: Int
    /// The limit for one client with a valid key.
    package var one: Int
    /// The limit for all clients without a valid key together.
    package var withoutKey: Int

    /// Items up to this size do not count, because the number of connections limits them.
    ///
    /// So small requests, such as signing in with a key and a token, are never rejected for lack of
    /// memory.
    package static let small = 4 << 10

    package init(all: Int, one: Int, withoutKey: Int) {
        (self.all, self.one, self.withoutKey) = (all, one, withoutKey)
    }
}

/// The responses that the server sends without calling the handler.
package struct FixedAnswers: Sendable {
    /// The response to a request whose end is ambiguous (400).
    package var ambiguous: Response
    /// The response to a request with invalid headers or without a host (400).
    package var malformed: Response
    /// The response to a target that is too long (414).
    package var targetTooLong: Response
    /// The response to headers that are too long (431).
    package var headTooLarge: Response
    /// The response to a body that is too long (413).
    package var tooLarge: Response
    /// The response to a request that was too slow (408).
    package var tooSlow: Response
    /// The response if memory for another body or response is used up (503).
    package var busy: Response
    /// The response if the handler did not respond (500).
    package var failed: Response

    package init(
        ambiguous: Response, malformed: Response, targetTooLong: Response, headTooLarge: Response,
        tooLarge: Response, tooSlow: Response, busy: Response, failed: Response
    ) {
        self.malformed = malformed
        (self.targetTooLong, self.headTooLarge) = (targetTooLong, headTooLarge)
        (self.ambiguous, self.tooLarge, self.tooSlow) = (ambiguous, tooLarge, tooSlow)
        (self.busy, self.failed) = (busy, failed)
    }
}
