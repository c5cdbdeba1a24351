package import DeliveryLog
import Rendering
package import Settings

extension ReportComposer {
    /// With the templates of a configuration.
    ///
    /// - Parameter tzVersion: release of the tz database.
    /// - Throws: `TemplateSetError` when a template has a mistake.
    package init(
        _ configuration: Configuration, _ log: DeliveryLog, tzVersion: String?
    ) throws {
        let templates = try configuration.templatesDirectory.map {
            try TemplateSet(overridesIn: $0)
        }
        self.init(
            log: log, renderer: Renderer(templates: templates), mail: configuration.mail,
            tzVersion: tzVersion)
    }
}
