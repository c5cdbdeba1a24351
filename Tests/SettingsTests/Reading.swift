import CivilTime
import Settings

/// Parses a text as `/etc/reports/config.json`, shown as `config.json`.
func read(_ text: String) throws(ConfigurationError) -> Configuration {
    let file = ConfigurationFile(name: "config.json", path: "/etc/reports/config.json", text: text)
    return try Configuration(reading: file, zones: ZoneDatabase(environment: [:]))
}

/// Returns all error lines of a text, whether they are fatal or affect only a company.
func diagnostics(in text: String) -> [String] {
    do throws(ConfigurationError) {
        return try read(text).diagnosticLines
    } catch {
        return error.description.split(separator: "\n").map(String.init)
    }
}

/// Returns a file without companies and with these members.
func file(_ members: String) -> String {
    "{companies: [], \(members)}"
}

/// Returns a file with one company that has these members in addition to sid and zone.
func company(_ members: String) -> String {
    "{companies: [{sid: 'A', timeZone: 'Asia/Kolkata', \(members)}]}"
}
