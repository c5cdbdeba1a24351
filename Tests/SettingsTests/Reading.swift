import CivilTime
import Settings

/// Reads a text as though it stood in `/etc/reports/config.json`, called `config.json`.
func read(_ text: String) throws(ConfigurationError) -> Configuration {
    let file = ConfigurationFile(name: "config.json", path: "/etc/reports/config.json", text: text)
    return try Configuration(reading: file, zones: ZoneDatabase(environment: [:]))
}

/// All lines that the text gives, whether its mistakes stop everything or hold up a company.
func mistakes(in text: String) -> [String] {
    do throws(ConfigurationError) {
        return try read(text).mistakeLines
    } catch {
        return error.description.split(separator: "\n").map(String.init)
    }
}

/// A file without companies but with these members.
func file(_ members: String) -> String {
    "{companies: [], \(members)}"
}

/// A file whose only company has these members besides sid and zone.
func company(_ members: String) -> String {
    "{companies: [{sid: 'A', timeZone: 'Asia/Kolkata', \(members)}]}"
}
