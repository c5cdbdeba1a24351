import Synchronization

/// The one answer to a request, which may be given on any thread and at any time.
package final class ResponseWriter: Sendable {
    private let give: Mutex<(@Sendable (Response?) -> Void)?>
    private let roomCheck: @Sendable () -> Bool

    /// - Parameters:
    ///   - hasRoom: whether there is room for another answer to the client.
    ///   - give: called once; nil means that nobody answered.
    package init(
        hasRoom: @escaping @Sendable () -> Bool = { true },
        _ give: @escaping @Sendable (Response?) -> Void
    ) {
        self.give = Mutex(give)
        roomCheck = hasRoom
    }

    /// Whether there is room for another answer now.
    ///
    /// Work that had to wait asks before it begins. When it is done its answer is sent in any case:
    /// to say that it was refused would be wrong.
    package var hasRoom: Bool { roomCheck() }

    /// A request that is forgotten is answered all the same: its client and the server wait.
    deinit {
        finish(nil)
    }

    /// Answers; whatever is sent after the first time is lost.
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
