import Rendering
package import Settings
package import Storage

extension MailComposer {
    /// With the templates of a configuration.
    ///
    /// - Throws: `TemplateSetError` when a template has a mistake.
    package init(_ configuration: Configuration) throws {
        let templates = try configuration.templatesDirectory.map {
            try TemplateSet(overridesIn: $0)
        }
        self.init(
            renderer: Renderer(templates: templates), mail: configuration.mail,
            publicURL: configuration.gateway.publicURL)
    }
}

extension ReportComposer {
    /// With the templates of a configuration.
    ///
    /// - Parameter tzVersion: release of the tz database.
    /// - Throws: `TemplateSetError` when a template has a mistake.
    package init(
        _ configuration: Configuration, _ log: AttemptLog, tzVersion: String?
    ) throws {
        self.init(log: log, mails: try MailComposer(configuration), tzVersion: tzVersion)
    }
}
