/// How much a client may ask of the server, and how long it may take.
package struct ServerLimits: Sendable {
    /// Bytes of a body.
    package var body = 1 << 20
    /// For all bodies together that are being read or worked on.
    package var bodies = MemoryLimits(all: 64 << 20, one: 16 << 20, withoutKey: 4 << 20)
    /// For all answers together that their clients have not taken yet.
    package var answers = MemoryLimits(all: 64 << 20, one: 16 << 20, withoutKey: 8 << 20)
    /// Bytes that are read and thrown away, so that a client which only sends gets its answer.
    package var discarded = 8 << 20
    /// Bytes of the target, which is the path with the query.
    package var target = 8 << 10
    /// Bytes of the request line and the headers.
    ///
    /// libmicrohttpd gets room for twice as many, so that a request which is a little too long has
    /// an answer of ours. What is longer still, and what is no HTTP, it answers itself: with the
    /// right status and a page of its own, for which it has no setting.
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

/// How many bytes the server keeps of one kind.
package struct MemoryLimits: Sendable {
    /// For all clients together.
    package var all: Int
    /// For one client with a valid key.
    package var one: Int
    /// For all clients without a valid key together.
    package var withoutKey: Int

    /// What is not larger than this is not counted: the number of connections bounds it.
    ///
    /// So a key and a token to sign in with, or a usual request, never meet a full room.
    package static let small = 4 << 10

    package init(all: Int, one: Int, withoutKey: Int) {
        (self.all, self.one, self.withoutKey) = (all, one, withoutKey)
    }
}

/// The answers that the server gives without asking.
package struct FixedAnswers: Sendable {
    /// To a request of which nobody can say where it ends (400).
    package var ambiguous: Response
    /// To a request whose headers are no headers, or that names no host (400).
    package var malformed: Response
    /// To a target that is too long (414).
    package var targetTooLong: Response
    /// To headers that are too long (431).
    package var headTooLarge: Response
    /// To a body that is too long (413).
    package var tooLarge: Response
    /// To a request that was too slow (408).
    package var tooSlow: Response
    /// When there is no room for another body or answer (503).
    package var busy: Response
    /// When nobody answered (500).
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
