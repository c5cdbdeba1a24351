import API
import CallbackDispatch
import CivilTime
import CommandLine
import Commands
import Glibc
import HTTPServer
import Settings

/// `serve`: serves the API and the pages and sends callbacks until it is stopped.
enum ServeCommand: Command {
    static let description = CommandDescription(
        name: "serve", summary: "Serves the API and the pages, sends callbacks, and emails alerts.",
        discussion: [
            "Writes the access log to standard output, one JSON object per line. Terminate TLS in a "
                + "reverse proxy. On SIGTERM or SIGINT, 'serve' stops accepting requests, finishes "
                + "requests and callbacks in flight, and exits within 20 seconds. A second signal ends it "
                + "immediately. On SIGHUP, it reloads the configuration. Several instances can share one database."
        ],
        options: [
            .value(
                "listen", "ADDRESS",
                help: "Address and port, such as [::1]:8080 for IPv6 (default: \(defaultAddress)).")
        ],
        examples: [
            .init("callback-gateway serve", "for this machine only"),
            .init("callback-gateway serve --listen 0.0.0.0:8080", "for the network"),
        ])

    private static let defaultAddress = "127.0.0.1:8080"

    static func run(_ context: Context) throws -> ExitStatus {
        HeapMemory.returnLargeBlocks()
        let configuration = try context.configurationWithWarnings()
        let (stop, reload) = (StopSignal(), ReloadSignal())
        let settings = LiveSettings(configuration, read: context.configurationReader)
        let gateway = try Gateway(
            settings, readConfiguration: context.configurationReader, zones: context.zones,
            environment: context.environment,
            http: context.httpOptions { settings.rules }, clock: context.clock,
            isClockSynchronized: context.isClockSynchronized)
        let server = try gateway.server(
            on: context.arguments.value("listen") ?? defaultAddress)
        gateway.start()
        gateway.say("serving on port \(server.port)")
        while !stop.isRaised {
            if reload.take() { gateway.reload() }
            Polling.of(milliseconds: 50)
        }
        return gateway.stop(server) == nil ? .success : .temporaryFailure
    }
}
