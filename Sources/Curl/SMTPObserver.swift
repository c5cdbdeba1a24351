/// What an SMTP transfer tells its owner, in the order in which it happens, and asks of it.
package protocol SMTPObserver: AnyObject {
    /// A line of ours went out; it may be a credential.
    func sent(_ line: String)

    /// A line of an answer came in, without its line end; false ends the transfer at once.
    func received(_ line: String) -> Bool

    /// Fills the buffer with the next bytes of the mail and returns their number, 0 at the end.
    ///
    /// Nil ends the transfer: the final dot never leaves, and the server accepts nothing.
    func fill(_ buffer: UnsafeMutableRawBufferPointer) -> Int?
}
