/// How much a client may ask of the server, and how long it may take.
package struct ServerLimits: Sendable {
    /// Bytes of a body.
    package var body = 1 << 20
    /// Bytes of all bodies together that are being read.
    package var bodies = 64 << 20
    /// Bytes that are read and thrown away, so that a client which only sends gets its answer.
    package var discarded = 8 << 20
    /// Bytes of the request line and the headers.
    package var head = 16 << 10
    package var connections = 4096
    package var threads = 2
    /// For the first request, and for every next one.
    package var idle: Duration = .seconds(30)
    /// From the end of the request line to that of the headers.
    package var headers: Duration = .seconds(10)
    /// For the whole body.
    package var reading: Duration = .seconds(30)
    /// For the client to take the whole answer.
    package var writing: Duration = .seconds(60)

    package init() {}
}

/// The answers that the server gives without asking.
package struct FixedAnswers: Sendable {
    /// To a request of which nobody can say where it ends (400).
    package var ambiguous: Answer
    /// To a body that is too long (413).
    package var tooLarge: Answer
    /// To a request that was too slow (408).
    package var tooSlow: Answer
    /// When there is no room for another body (503).
    package var busy: Answer
    /// When nobody answered (500).
    package var failed: Answer

    package init(
        ambiguous: Answer, tooLarge: Answer, tooSlow: Answer, busy: Answer, failed: Answer
    ) {
        (self.ambiguous, self.tooLarge, self.tooSlow) = (ambiguous, tooLarge, tooSlow)
        (self.busy, self.failed) = (busy, failed)
    }
}
