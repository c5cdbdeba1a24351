/// Observes an SMTP transfer and supplies the mail. The functions are called in the order of the
/// events.
package protocol SMTPObserver: AnyObject {
    /// Called when a line was sent. It may contain credentials.
    func sent(_ line: String)

    /// Called when a line of a reply was received, without its line break.
    ///
    /// - Returns: false to abort the transfer immediately.
    func received(_ line: String) -> Bool

    /// Fills the buffer with the next bytes of the mail.
    ///
    /// - Returns: the number of bytes, 0 at the end, or nil to abort the transfer. After nil, the
    ///   final dot is not sent, and the server accepts nothing.
    func fill(_ buffer: UnsafeMutableRawBufferPointer) -> Int?
}
