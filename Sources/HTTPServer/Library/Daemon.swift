import CMicrohttpd
import Glibc

/// The libmicrohttpd daemon and its threads.
///
/// `@unchecked`: the two functions that stop it may be called on any thread. Only
/// ``Server/drain()`` calls them in this order.
final class Daemon: @unchecked Sendable {
    private let pointer: OpaquePointer

    /// Starts the threads. On success the daemon owns the socket; returns nil on failure.
    ///
    /// The core is never released, because a thread of the library may access it until the end, and
    /// a program has only one server.
    init?(_ socket: Int32, _ core: ServerCore) {
        let context = Unmanaged.passRetained(core)
        var options = callback_mhd_plan()
        options.socket = socket
        options.threads = UInt32(max(2, core.limits.threads))
        options.connections = UInt32(core.limits.connections)
        options.memory = 2 * core.limits.head
        options.timeout = 120
        options.context = context.toOpaque()
        options.target = Self.target
        options.handle = Self.handle
        options.completed = Self.completed
        options.connection = Self.connection
        options.unescape = { _, _, text in text.map { strlen($0) } ?? 0 }
        guard let pointer = callback_mhd_start(&options) else {
            context.release()
            return nil
        }
        self.pointer = pointer
    }

    func stopAccepting() {
        let socket = MHD_quiesce_daemon(pointer)
        if socket >= 0 { close(socket) }
    }

    /// Stops the threads. No connection may be suspended.
    func stop() {
        MHD_stop_daemon(pointer)
    }

    // MARK: What the library calls

    private typealias Target =
        @convention(c) (
            UnsafeMutableRawPointer?, UnsafePointer<CChar>?, OpaquePointer?
        ) -> UnsafeMutableRawPointer?

    private static let target: Target = { context, target, connection in
        guard let context, let target, let pointer = connection,
            let connection = callback_mhd_context(pointer)
        else { return nil }
        let exchange = ServerExchange(
            target: String(cString: target), LibraryConnection(pointer: pointer),
            Unmanaged<Connection>.fromOpaque(connection).takeUnretainedValue(),
            Unmanaged<ServerCore>.fromOpaque(context).takeUnretainedValue())
        return Unmanaged.passRetained(exchange).toOpaque()
    }

    private static let handle: MHD_AccessHandlerCallback = {
        _, _, _, method, version, part, size, exchange in
        guard let exchange = exchange?.pointee, let method, let version, let size else {
            return .NO
        }
        let bytes = UnsafeRawBufferPointer(start: part, count: size.pointee)
        size.pointee = 0
        return Unmanaged<ServerExchange>.fromOpaque(exchange).takeUnretainedValue()
            .step(method: method, version: version, bytes.assumingMemoryBound(to: UInt8.self))
    }

    private static let completed: MHD_RequestCompletedCallback = { _, _, exchange, _ in
        guard let pointer = exchange?.pointee else { return }
        Unmanaged<ServerExchange>.fromOpaque(pointer).takeRetainedValue().end()
        exchange?.pointee = nil
    }

    private static let connection: MHD_NotifyConnectionCallback = {
        context, pointer, place, event in
        guard let context, let pointer, let place else { return }
        let connections = Unmanaged<ServerCore>.fromOpaque(context).takeUnretainedValue()
            .connections
        if event == .CONNECTION_NOTIFY_STARTED {
            let library = LibraryConnection(pointer: pointer)
            let connection = Connection(library.socket, peer: library.peer)
            place.pointee = Unmanaged.passRetained(connection).toOpaque()
            connections.opened(connection)
        } else if let connection = place.pointee {
            connections.closed(Unmanaged<Connection>.fromOpaque(connection).takeRetainedValue())
            place.pointee = nil
        }
    }
}
