import CMicrohttpd
import Glibc

/// The library's threads.
///
/// `@unchecked`: the two functions that end it may be called on any thread, and are called by
/// ``Server/drain()`` alone, one after the other.
final class Daemon: @unchecked Sendable {
    private let pointer: OpaquePointer

    /// Nil when the threads could not be started; the socket is the library's otherwise.
    ///
    /// The core is kept for good: a thread of the library may look at it up to the very end, and a
    /// program has one server.
    init?(_ socket: Int32, _ core: ServerCore) {
        let context = Unmanaged.passRetained(core)
        var plan = callback_mhd_plan()
        plan.socket = socket
        plan.threads = UInt32(max(2, core.limits.threads))
        plan.connections = UInt32(core.limits.connections)
        plan.memory = 2 * core.limits.head
        plan.timeout = 120
        plan.context = context.toOpaque()
        plan.target = Self.target
        plan.handle = Self.handle
        plan.completed = Self.completed
        plan.connection = Self.connection
        plan.unescape = { _, _, text in text.map { strlen($0) } ?? 0 }
        guard let pointer = callback_mhd_start(&plan) else {
            context.release()
            return nil
        }
        self.pointer = pointer
    }

    func stopAccepting() {
        let socket = MHD_quiesce_daemon(pointer)
        if socket >= 0 { close(socket) }
    }

    /// Ends the threads; no connection may be suspended.
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
