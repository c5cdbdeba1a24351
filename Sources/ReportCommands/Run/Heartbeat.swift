import CommandLine
import Commands
import Curl
import Settings

/// Notifies a monitoring service that a run ended.
enum Heartbeat {
    /// Requests the configured URL, with `/fail` appended to its path if the run failed.
    ///
    /// An unreachable service is reported but does not change the exit status, because the service
    /// notices the missing request.
    static func send(_ status: ExitStatus, _ configuration: Configuration, _ context: Context) {
        guard let url = configuration.heartbeat else { return }
        let target = status == .success ? url : failing(url)
        do {
            let answer = try HTTPGet.status(of: target, timeout: 10_000)
            guard !(200..<300).contains(answer) else { return }
            context.console.say(
                "heartbeat: the monitor returned HTTP status \(answer)", as: .warning)
        } catch {
            context.console.say("heartbeat: \(error)", as: .warning)
        }
    }

    /// Appends `/fail` to the path and keeps the query.
    private static func failing(_ url: String) -> String {
        let path = url.prefix { $0 != "?" && $0 != "#" }
        let slash = path.hasSuffix("/") ? "fail" : "/fail"
        return path + slash + url.dropFirst(path.count)
    }
}
