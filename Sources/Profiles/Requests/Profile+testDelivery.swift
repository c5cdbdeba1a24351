package import CivilTime
package import JSON
import Placeholders

extension Profile {
    /// Creates a profile from settings that are not saved, for a test delivery.
    package init(trying settings: ProfileSettings, company: String, at now: Instant) {
        self.init(
            id: "", company: company, status: .active, statusSince: now, createdAt: now,
            current: ProfileVersion(number: 1, settings: settings, since: now))
    }

    /// Returns a sample event for the profile.
    ///
    /// - Parameters:
    ///   - variables: Values that replace the samples.
    ///   - callbackID: The ID of the callback.
    package func sampleEvent(_ variables: JSONObject, callbackID: String) -> TriggeredEvent {
        var values: JSONObject = [:]
        for variable in settings.channel.variableGroups.flatMap(\.variables).reversed() {
            values[variable.name] = variable.sample
        }
        for member in variables.members { values[member.name] = member.value }
        return TriggeredEvent(
            company: company, channel: settings.channel, event: settings.events.first,
            variables: values, callbackID: callbackID)
    }

    /// The profile's placeholders, each with a sample value.
    package var samples: JSONObject {
        current.template.placeholders.reduce(into: JSONObject()) { samples, found in
            samples[found.name] = sample(of: found.name, root: String(found.root))
        }
    }

    private func sample(of name: String, root: String) -> JSONValue {
        if let variable = settings.channel.variable(named: name) { return variable.sample }
        let inner = settings.channel.variable(named: root)?.sample.object?[
            String(name.dropFirst(root.count + 1))]
        return inner ?? "value"
    }
}
