package import Settings

/// What the pages get from outside, besides the API.
package struct WebApplicationOptions: Sendable {
    /// Reads the configuration as it is now; reports go by what its file says then.
    let configuration: @Sendable () throws -> Configuration
    /// Release of the tz database.
    let tzVersion: String?
    /// Hears of what is wrong with the configuration.
    let tell: @Sendable (_ words: String) -> Void

    package init(
        configuration: @escaping @Sendable () throws -> Configuration, tzVersion: String?,
        tell: @escaping @Sendable (_ words: String) -> Void
    ) {
        (self.configuration, self.tzVersion, self.tell) = (configuration, tzVersion, tell)
    }
}
