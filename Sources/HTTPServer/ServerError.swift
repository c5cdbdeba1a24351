import Glibc

/// Why a server could not be started.
package enum ServerError: Error, Hashable, Sendable {
    /// No address and port.
    case notAnAddress(String)
    case cannotListen(address: String, code: Int32)
    /// The library could not start its threads.
    case notStarted(address: String)
}

extension ServerError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notAnAddress(let text):
            "'\(text)' is no address to listen on; give one such as 127.0.0.1:8080 or [::1]:8080"
        case .cannotListen(let address, let code):
            "cannot listen on \(address): \(String(cString: strerror(code)))\(Self.remedy(code))"
        case .notStarted(let address):
            "cannot serve on \(address): the threads could not be started"
        }
    }

    private static func remedy(_ code: Int32) -> String {
        switch code {
        case EADDRINUSE: "; another program listens there, so stop it or take another port"
        case EACCES: "; ports under 1024 need a right of their own, so take another one"
        case EADDRNOTAVAIL: "; this machine has no such address"
        default: ""
        }
    }
}
