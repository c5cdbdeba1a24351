/// What is done with a request, decided as soon as its headers are there.
package enum RequestDisposition: Sendable {
    /// Nothing of its body is wanted.
    case answer(Response)
    /// The body is read, and then this is called, on a thread of the server.
    ///
    /// It should not wait: what does goes to another thread, and answers from there.
    ///
    /// - Parameter client: whose memory body and answer count for, such as a company whose key is
    ///   valid; nil for somebody without one.
    case body(client: String?, @Sendable ([UInt8], ResponseWriter) -> Void)
}

/// A request that is over, for whoever watches.
package struct ServedRequest: Sendable {
    package let head: RequestHead
    /// Nil when the client went, or was too slow, before there was an answer. Its body is not kept.
    package let answer: Response?
    /// Bytes of its body.
    package let bytes: Int
    /// From the end of the request line to the last byte of the answer.
    package let duration: Duration

    /// - Parameter bytes: of the answer's body, where that is not there any more.
    package init(head: RequestHead, answer: Response?, bytes: Int? = nil, duration: Duration) {
        (self.head, self.answer, self.duration) = (head, answer, duration)
        self.bytes = bytes ?? answer?.body.count ?? 0
    }
}
