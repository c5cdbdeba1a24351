/// What to do with a request, decided as soon as its headers have arrived.
package enum RequestDisposition: Sendable {
    /// Send this response and ignore the body.
    case answer(Response)
    /// Read the body, then call the handler on a thread of the server.
    ///
    /// The handler must not block. Move blocking work to another thread, and respond from there.
    ///
    /// - Parameter client: the client whose memory budget the body and the response count against,
    ///   such as a company with a valid key. Nil for clients without a valid key.
    case body(client: String?, @Sendable ([UInt8], ResponseWriter) -> Void)
}

/// A finished request, for logs and metrics.
package struct ServedRequest: Sendable {
    package let head: RequestHead
    /// The response without its body, or nil if the client disconnected or was too slow.
    package let answer: Response?
    /// The number of bytes of the response body.
    package let bytes: Int
    /// The time from the end of the request line to the last byte of the response.
    package let duration: Duration

    /// Creates a served request.
    ///
    /// - Parameter bytes: the size of the response body, if the body has been removed.
    package init(head: RequestHead, answer: Response?, bytes: Int? = nil, duration: Duration) {
        (self.head, self.answer, self.duration) = (head, answer, duration)
        self.bytes = bytes ?? answer?.body.count ?? 0
    }
}
