/// What a scripted HTTP receiver does with a request.
package indirect enum HTTPAction: Sendable {
    /// Answers with a status, more lines for the head and a body.
    case answer(Int, head: [String] = [], body: String = "")
    /// Writes this as it stands and goes on with the next request.
    case raw(String)
    /// Writes this as it stands and closes the connection.
    case rawAndClose(String)
    /// Answers 200 with that many bytes.
    case huge(Int)
    /// Waits for that many milliseconds before it does the other.
    case after(milliseconds: Int, HTTPAction)
    /// Begins an answer of 200 and adds a byte now and then for as long as somebody listens.
    case drip(everyMilliseconds: Int)
    /// Says nothing for as long as the sender waits.
    case stall
    /// Closes its half of the connection without an answer and goes on listening.
    case halfClose
    case close
    case reset

    /// An answer of 200 without a body.
    package static var ok: HTTPAction { .answer(200) }
}

/// A request that a scripted HTTP receiver took.
package struct ReceivedRequest: Hashable, Sendable {
    package var method: String
    /// Path and query as they came.
    package var target: String
    /// Names in lower case.
    package var headers: [String: String]
    package var body: String
    /// Counted from 1, over all connections.
    package var number: Int
    /// Which connection it came over, counted from 1.
    package var connection: Int

    /// The header that names the callback.
    package var callbackID: String? { headers["callback-id"] }
}
