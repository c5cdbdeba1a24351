/// What is done with a request, decided as soon as its headers are there.
package enum Reception: Sendable {
    /// Nothing of its body is wanted.
    case answer(Answer)
    /// The body is read, and then this is called, on a thread of the server.
    ///
    /// It should not wait: what does goes to another thread, and answers from there.
    case body(@Sendable ([UInt8], Reply) -> Void)
}

/// A request that is over, for whoever watches.
package struct ServedRequest: Sendable {
    package let head: RequestHead
    /// Nil when the client went, or was too slow, before there was an answer.
    package let answer: Answer?
    /// From the end of the request line to the last byte of the answer.
    package let duration: Duration

    package init(head: RequestHead, answer: Answer?, duration: Duration) {
        (self.head, self.answer, self.duration) = (head, answer, duration)
    }
}
