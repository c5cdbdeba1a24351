import CommandLine
import Commands
import Curl
import Settings

/// Tells a monitor that a run came to its end.
enum Heartbeat {
    /// Fetches the configured URL, with `/fail` behind it when something failed.
    ///
    /// A monitor that cannot be reached is said and changes nothing: it notices by itself.
    static func send(_ status: ExitStatus, _ configuration: Configuration, _ context: Context) {
        guard let url = configuration.heartbeat else { return }
        let target = status == .success ? url : failing(url)
        do {
            let answer = try HTTPGet.status(of: target, timeout: 10_000)
            guard !(200..<300).contains(answer) else { return }
            context.console.say("heartbeat: the monitor answered \(answer)")
        } catch {
            context.console.say("heartbeat: \(error)")
        }
    }

    /// The path gets the ending, whatever query follows it.
    private static func failing(_ url: String) -> String {
        let path = url.prefix { $0 != "?" && $0 != "#" }
        let slash = path.hasSuffix("/") ? "fail" : "/fail"
        return path + slash + url.dropFirst(path.count)
    }
}
