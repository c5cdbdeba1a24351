import Synchronization

/// The one answer to a request, which may be given on any thread and at any time.
package final class Reply: Sendable {
    private let give: Mutex<(@Sendable (Answer?) -> Void)?>

    /// - Parameter give: called once; nil means that nobody answered.
    package init(_ give: @escaping @Sendable (Answer?) -> Void) {
        self.give = Mutex(give)
    }

    /// A request that is forgotten is answered all the same: its client and the server wait.
    deinit {
        finish(nil)
    }

    /// Answers; whatever is sent after the first time is lost.
    package func send(_ answer: Answer) {
        finish(answer)
    }

    private func finish(_ answer: Answer?) {
        let give = give.withLock { give in
            defer { give = nil }
            return give
        }
        give?(answer)
    }
}
