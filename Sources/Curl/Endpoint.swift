/// The part of a URL that may be shown: a path can hold a token, what stands before `@` a password.
package enum Endpoint {
    /// `https://monitor.example.com` of `https://user:password@monitor.example.com/ping/token`.
    package static func of(_ url: String) -> String {
        guard let scheme = url.firstRange(of: "://") else { return "the URL" }
        let rest = url[scheme.upperBound...]
        let authority = rest.prefix { !"/?#\\".contains($0) }
        let host = authority.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
        return String(url[..<scheme.upperBound] + host)
    }
}
