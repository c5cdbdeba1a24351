package import CivilTime
package import JSON

extension Profile {
    /// A profile of settings that are not saved, to try them out.
    package init(trying settings: ProfileSettings, company: String, at now: Instant) {
        self.init(
            id: "", company: company, status: .active, statusSince: now, createdAt: now,
            current: ProfileVersion(number: 1, settings: settings, since: now))
    }

    /// An event as it may look like for this profile.
    ///
    /// - Parameter variables: values in place of the samples.
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
}
