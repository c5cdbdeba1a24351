/// An action of a scripted HTTP receiver.
package indirect enum HTTPAction: Sendable {
    /// Responds with a status, additional header lines and a body.
    case answer(Int, head: [String] = [], body: String = "")
    /// Writes this text unchanged and waits for the next request.
    case raw(String)
    /// Writes this text unchanged and closes the connection.
    case rawAndClose(String)
    /// Responds with status 200 and this number of bytes.
    case huge(Int)
    /// Waits for this number of milliseconds before it performs another action.
    case after(milliseconds: Int, HTTPAction)
    /// Begins a response with status 200 and adds a byte periodically until the connection is
    /// closed.
    case drip(everyMilliseconds: Int)
    /// Sends nothing until the client gives up.
    case stall
    /// Closes its half of the connection without a response and keeps reading.
    case halfClose
    case close
    case reset

    /// A response with status 200 without a body.
    package static var ok: HTTPAction { .answer(200) }
}

/// A request that a scripted HTTP receiver has received.
package struct ReceivedRequest: Hashable, Sendable {
    package var method: String
    /// The path and query as received.
    package var target: String
    /// The headers with names in lowercase.
    package var headers: [String: String]
    package var body: String
    /// The number of the request, counted from 1 over all connections.
    package var number: Int
    /// The number of the connection, counted from 1.
    package var connection: Int

    /// The header with the callback ID.
    package var callbackID: String? { headers["callback-id"] }
}
