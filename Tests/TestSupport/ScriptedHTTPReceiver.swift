import Synchronization

/// An HTTP receiver on 127.0.0.1 that follows a script and records all requests.
package final class ScriptedHTTPReceiver: Sendable {
    private let record: HTTPRecord
    private let listener: LoopbackListener

    /// Starts the receiver.
    ///
    /// - Parameter script: Returns the action for each request. Called on many threads.
    package init(
        _ script: @escaping @Sendable (ReceivedRequest) -> HTTPAction = { _ in .ok }
    ) throws {
        let record = HTTPRecord()
        self.record = record
        listener = try LoopbackListener { connection in
            HTTPReceiverSession(connection, record, script).run()
        }
    }

    /// Performs the actions in order, and then responds with status 200.
    package convenience init(_ actions: [HTTPAction]) throws {
        try self.init { request in
            request.number <= actions.count ? actions[request.number - 1] : .ok
        }
    }

    package var port: Int { listener.port }

    /// The origin, `http://127.0.0.1:PORT`.
    package var origin: String { "http://127.0.0.1:\(port)" }

    /// All completely received requests, in order.
    package var requests: [ReceivedRequest] { record.state.withLock { $0.requests } }

    /// The maximum number of concurrent requests.
    package var mostAtOnce: Int { record.state.withLock { $0.mostAtOnce } }

    package var connections: Int { record.state.withLock { $0.connections } }
}

/// The state that the threads of a receiver share.
final class HTTPRecord: Sendable {
    struct State {
        var requests: [ReceivedRequest] = []
        var connections = 0
        var open = 0
        var mostAtOnce = 0
    }

    let state = Mutex(State())

    func newConnection() -> Int {
        state.withLock { state in
            state.connections += 1
            return state.connections
        }
    }

    /// Numbers and records a request.
    func add(_ request: ReceivedRequest) -> ReceivedRequest {
        state.withLock { state in
            var request = request
            request.number = state.requests.count + 1
            state.requests.append(request)
            state.open += 1
            state.mostAtOnce = max(state.mostAtOnce, state.open)
            return request
        }
    }

    func close() {
        state.withLock { $0.open -= 1 }
    }
}
