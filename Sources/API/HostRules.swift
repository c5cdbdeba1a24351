/// Whether callbacks may be sent to a host.
package enum HostVerdict: Hashable, Sendable {
    case allowed
    /// Not allowed, with the reason.
    case refused(String)
    /// A host name that has to be resolved first.
    case needsLookUp
}

/// Decides which hosts callbacks may be sent to.
package struct HostRules: Sendable {
    /// Checks the text of a host, without I/O.
    package let written: @Sendable (_ host: String) -> HostVerdict
    /// Returns a function that checks the hosts of one request of a company. The function resolves
    /// host names within time limits and returns why a host is not allowed, or nil if it is.
    let lookUp: @Sendable (_ company: String) -> (_ host: String) -> String?

    package init(
        written: @escaping @Sendable (_ host: String) -> HostVerdict,
        lookUp: @escaping @Sendable (_ company: String) -> (_ host: String) -> String?
    ) {
        (self.written, self.lookUp) = (written, lookUp)
    }
}
