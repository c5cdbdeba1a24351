import Rendering
package import Settings
package import Storage

extension MailComposer {
    /// Creates a composer that uses the templates of a configuration.
    ///
    /// - Throws: `TemplateSetError` if a template is invalid.
    package init(_ configuration: Configuration) throws {
        let templates = try configuration.templatesDirectory.map {
            try TemplateSet(overridesIn: $0)
        }
        self.init(
            renderer: Renderer(templates: templates), mail: configuration.mail,
            publicURL: configuration.gateway.publicURL,
            configuration: configuration.pathForCommands)
    }
}

extension ReportComposer {
    /// Creates a composer that uses the templates of a configuration.
    ///
    /// - Parameters:
    ///   - configuration: The templates, mail settings and public URL.
    ///   - log: The delivery log to report on.
    ///   - tzVersion: The release of the tz database, such as `2026a`.
    /// - Throws: `TemplateSetError` if a template is invalid.
    package init(
        _ configuration: Configuration, _ log: AttemptLog, tzVersion: String?
    ) throws {
        self.init(log: log, mails: try MailComposer(configuration), tzVersion: tzVersion)
    }
}
