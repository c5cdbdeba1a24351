import API
import CallbackDispatch
import CivilTime
import CommandLine
import Commands
import Glibc
import HTTPServer
import Settings

/// `serve`: the API, the pages, and the sending of callbacks, until it is told to stop.
enum ServeCommand: Command {
    static let description = CommandDescription(
        name: "serve", summary: "Serves API and pages and sends the callbacks, until TERM or INT.",
        discussion: [
            "Standard output is the access log, a JSON object a line; put a proxy before it for "
                + "TLS. TERM accepts no more, finishes what is under way and ends within 20 seconds; "
                + "a second one ends at once. HUP reads the configuration again. Any number may work "
                + "on one file."
        ],
        options: [
            .value(
                "listen", "ADDRESS",
                help: "Address and port, \(usualAddress) when absent; [::1]:8080 for IPv6.")
        ],
        examples: [
            .init("callback-gateway serve", "for this machine"),
            .init("callback-gateway serve --listen 0.0.0.0:8080", "for the network"),
        ])

    private static let usualAddress = "127.0.0.1:8080"

    static func run(_ context: Context) throws -> ExitStatus {
        let configuration = try context.configurationWithWarnings()
        let (stop, reload) = (StopSignal(), ReloadSignal())
        let settings = LiveSettings(configuration, read: context.configurationReader)
        let gateway = try Gateway(
            settings, reread: context.configurationReader, zones: context.zones,
            http: context.httpOptions { settings.rules }, clock: context.clock,
            isClockSynchronized: context.isClockSynchronized)
        let server = try gateway.server(
            on: context.arguments.value("listen") ?? usualAddress)
        gateway.start()
        gateway.say("serving on port \(server.port)")
        while !stop.isRaised {
            if reload.take() { gateway.reload() }
            Polling.of(milliseconds: 50)
        }
        return gateway.stop(server) == nil ? .success : .temporaryFailure
    }
}
