package import Settings

/// The dependencies of the pages, apart from the API.
package struct WebApplicationOptions: Sendable {
    /// Reads the current configuration. Reports use the file as it is at that time.
    let configuration: @Sendable () throws -> Configuration
    /// The release of the tz database.
    let tzVersion: String?
    /// Logs an error in the configuration.
    let logError: @Sendable (_ words: String) -> Void

    package init(
        configuration: @escaping @Sendable () throws -> Configuration, tzVersion: String?,
        logError: @escaping @Sendable (_ words: String) -> Void
    ) {
        (self.configuration, self.tzVersion, self.logError) = (configuration, tzVersion, logError)
    }
}
