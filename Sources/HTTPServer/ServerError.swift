import Glibc

/// An error that occurred while starting a server.
package enum ServerError: Error, Hashable, Sendable {
    /// The text is not an address with a port.
    case notAnAddress(String)
    case cannotListen(address: String, code: Int32)
    /// The library could not start its threads.
    case notStarted(address: String)
}

extension ServerError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notAnAddress(let text):
            "'\(text)' is not a valid listen address; use an address such as "
                + "127.0.0.1:8080 or [::1]:8080"
        case .cannotListen(let address, let code):
            "cannot listen on \(address): \(String(cString: strerror(code)))\(Self.remedy(code))"
        case .notStarted(let address):
            "cannot serve on \(address): the threads could not be started"
        }
    }

    private static func remedy(_ code: Int32) -> String {
        switch code {
        case EADDRINUSE: "; another program uses this port; stop it or choose another port"
        case EACCES: "; ports below 1024 need special permission; choose another port"
        case EADDRNOTAVAIL: "; this machine has no such address"
        default: ""
        }
    }
}
