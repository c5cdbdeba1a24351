import Synchronization

/// Sends the response to a request. It can be used on any thread and at any time.
///
///     writer.send(Response(status: 204))
package final class ResponseWriter: Sendable {
    private let give: Mutex<(@Sendable (Response?) -> Void)?>
    private let roomCheck: @Sendable () -> Bool

    /// Creates a writer.
    ///
    /// - Parameters:
    ///   - hasRoom: Whether there is memory for another response to the client.
    ///   - give: Called once with the response, or with nil if the request was not answered.
    package init(
        hasRoom: @escaping @Sendable () -> Bool = { true },
        _ give: @escaping @Sendable (Response?) -> Void
    ) {
        self.give = Mutex(give)
        roomCheck = hasRoom
    }

    /// Whether there is memory for another response at the moment.
    ///
    /// Check this before you start work that had to wait. When the work is done, the response is
    /// sent regardless, because reporting a rejection would be wrong.
    package var hasRoom: Bool { roomCheck() }

    /// Ends a request that was never answered, because the client and the server wait for a
    /// response.
    deinit {
        finish(nil)
    }

    /// Sends the response. Only the first call has an effect.
    package func send(_ answer: Response) {
        finish(answer)
    }

    private func finish(_ answer: Response?) {
        let give = give.withLock { give in
            defer { give = nil }
            return give
        }
        give?(answer)
    }
}
