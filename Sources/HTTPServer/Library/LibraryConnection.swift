import CMicrohttpd
import Glibc

/// A libmicrohttpd connection. It is valid while one of its requests is in progress.
///
/// `@unchecked`:
/// 1. Everything except `resume` is called on the thread on which the library calls us.
/// 2. `resume` may be called on any thread once the connection is suspended (documentation of
///    MHD_resume_connection).
/// 3. The library keeps a suspended connection until it is resumed.
struct LibraryConnection: @unchecked Sendable {
    let pointer: OpaquePointer

    var socket: Int32 { callback_mhd_socket(pointer) }

    func suspend() { MHD_suspend_connection(pointer) }

    func resume() { MHD_resume_connection(pointer) }

    var headers: [(name: String, value: String)] {
        var headers: [(name: String, value: String)] = []
        headers.reserveCapacity(16)
        withUnsafeMutablePointer(to: &headers) { context in
            _ = MHD_get_connection_values_n(
                pointer, .HEADER_KIND,
                { context, _, name, nameSize, value, valueSize in
                    let headers = context?.assumingMemoryBound(
                        to: [(name: String, value: String)].self)
                    headers?.pointee.append(
                        (Self.text(name, nameSize), Self.trimmed(value, valueSize)))
                    return .YES
                }, context)
        }
        return headers
    }

    /// Removes leading and trailing whitespace, which is not part of a header value (RFC 9110
    /// section 5.5).
    private static func trimmed(_ start: UnsafePointer<CChar>?, _ size: Int) -> String {
        let bytes = UnsafeRawBufferPointer(start: start, count: size)
        let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
        guard let last = bytes.lastIndex(where: { !isBlank($0) }) else { return "" }
        return String(decoding: bytes[...last].drop(while: isBlank), as: UTF8.self)
    }

    /// Uses the size because the text may contain a NUL.
    private static func text(_ start: UnsafePointer<CChar>?, _ size: Int) -> String {
        String(decoding: UnsafeRawBufferPointer(start: start, count: size), as: UTF8.self)
    }

    /// The address of the client without its port. IPv4-mapped IPv6 addresses are returned as IPv4.
    var peer: String {
        guard let address = callback_mhd_client(pointer) else { return "unknown" }
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let size = socklen_t(text.count)
        let raw = UnsafeRawPointer(address)
        if Int32(address.pointee.sa_family) == AF_INET {
            var socket = raw.loadUnaligned(as: sockaddr_in.self)
            inet_ntop(AF_INET, &socket.sin_addr, &text, size)
        } else {
            var socket = raw.loadUnaligned(as: sockaddr_in6.self)
            inet_ntop(AF_INET6, &socket.sin6_addr, &text, size)
        }
        let plain = text.withUnsafeBufferPointer { text in
            text.baseAddress.map { String(cString: $0) } ?? "unknown"
        }
        return plain.hasPrefix("::ffff:") && plain.contains(".")
            ? String(plain.dropFirst(7)) : plain
    }

    /// Whether each line of the request head ends as RFC 9112 requires, and none is folded.
    ///
    /// - Parameters:
    ///   - method: The pointer that the library passed to the handler.
    ///   - version: The pointer that the library passed to the handler.
    func hasWholeLines(_ method: UnsafePointer<CChar>, _ version: UnsafePointer<CChar>) -> Bool {
        callback_mhd_lines_are_whole(pointer, method, version) != 0
    }

    /// Queues the response. The library copies the body.
    func queue(_ answer: Response, closes: Bool) -> MHD_Result {
        let response = answer.body.withUnsafeBytes {
            // The library asks for a mutable pointer, but only copies the bytes.
            MHD_create_response_from_buffer(
                $0.count, UnsafeMutableRawPointer(mutating: $0.baseAddress), .RESPMEM_MUST_COPY)
        }
        guard let response else { return .NO }
        defer { MHD_destroy_response(response) }
        for header in answer.headers {
            // The library rejects line breaks, so a value cannot inject a header.
            header.name.withCString { name in
                header.value.withCString { _ = MHD_add_response_header(response, name, $0) }
            }
        }
        if closes { _ = MHD_add_response_header(response, "Connection", "close") }
        return MHD_queue_response(pointer, UInt32(answer.status), response)
    }
}
