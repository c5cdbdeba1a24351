/// Whether callbacks may go to a host.
package enum HostVerdict: Hashable, Sendable {
    case allowed
    /// None may, for that reason.
    case refused(String)
    /// It is a name, which has to be looked up.
    case needsLookUp
}

/// Which hosts callbacks may go to.
package struct HostRules: Sendable {
    /// Judges a host by its text alone, at once.
    package let written: @Sendable (_ host: String) -> HostVerdict
    /// Makes what judges the hosts of one request of a company: why no callback may go to a host,
    /// nil when it may. It asks the DNS, and waits for it within limits.
    let lookUp: @Sendable (_ company: String) -> (_ host: String) -> String?

    package init(
        written: @escaping @Sendable (_ host: String) -> HostVerdict,
        lookUp: @escaping @Sendable (_ company: String) -> (_ host: String) -> String?
    ) {
        (self.written, self.lookUp) = (written, lookUp)
    }
}
