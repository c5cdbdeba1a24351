import API
import CallbackDispatch
import CivilTime
import Curl
import DeliveryLog
import EgressPolicy
import Glibc
import HTTPServer
import Profiles
import SQLite
import Settings
import Storage
import WebUI

/// The parts of a gateway that serves, and how they hear of each other.
struct Gateway {
    /// As it was at the start: database, key and proxies stay.
    private let configuration: Configuration
    private let settings: LiveSettings
    private let http: HTTPOptions
    private let clock: @Sendable () -> Instant
    private let api: GatewayAPI
    private let site: WebApplication
    private let sender: Sender
    private let caretaker: Caretaker
    private let watch: DatabaseWatch
    private let files = OpenFiles.raised()
    private let accesses = LineLog(STDOUT_FILENO)
    private let remarks = LineLog(STDERR_FILENO)

    /// - Parameters:
    ///   - settings: as they are now and later.
    ///   - reread: reads the configuration as it is later, for the pages.
    /// - Throws: what keeps the file or its key from being opened.
    init(
        _ settings: LiveSettings, reread: @escaping @Sendable () throws -> Configuration,
        zones: ZoneDatabase, http: HTTPOptions, clock: @escaping @Sendable () -> Instant,
        isClockSynchronized: @escaping @Sendable () -> Bool
    ) throws {
        let configuration = settings.configuration
        let database = try GatewayStore(configuration).log.database
        let bell = try Wakeup()
        let sender = Sender(bell)
        let hosts = HostLookup(settings.rules)
        let remarks = remarks
        let watch = DatabaseWatch(database) { fault in
            remarks.write("\(configuration.database): \(fault)")
            sender.end()
        }
        api = GatewayAPI(
            APIOptions(
                open: {
                    let store = try watch.open(configuration)
                    return Stores(store.profiles, store.queue, store.log)
                },
                pod: configuration.gateway.pod,
                limits: { settings.limits }, isServed: { settings.serves(company: $0) },
                http: http,
                hosts: hosts.hostRules, clock: clock,
                tell: { remarks.write($0) }, wake: { bell.signal() },
                sendingFault: { sender.fault }, databaseFault: { watch.fault }))
        site = WebApplication(
            api,
            WebApplicationOptions(
                configuration: reread, tzVersion: zones.version, tell: { remarks.write($0) }))
        (self.configuration, self.http, self.clock) = (configuration, http, clock)
        (self.sender, self.watch, self.settings) = (sender, watch, settings)
        caretaker = Caretaker(
            database, watch, settings, clock: clock,
            isClockSynchronized: isClockSynchronized, tell: { remarks.write($0) })
        watch.start()
    }

    func server(on address: String) throws -> Server {
        var limits = ServerLimits()
        limits.connections = min(limits.connections, files.serving)
        return try Server(
            on: address, limits: limits, fixed: .ofAPI,
            proxies: TrustedProxies(configuration.gateway.trustedProxies),
            observe: { [api, accesses, clock] request in
                api.observe(request)
                accesses.write(AccessLog.line(request, at: clock()))
            }, receive: { [api, site] in site.receive($0) ?? api.receive($0) })
    }

    /// Adds a line to the log of standard error.
    func say(_ line: String) {
        remarks.write(line)
    }

    /// Takes over what the configuration says now, and tells the log of it.
    func reload() {
        for line in settings.reload() { remarks.write(line) }
    }

    // MARK: Sending

    func start() {
        caretaker.start()
        sender.start(
            dispatch: { [configuration, settings, http, clock, watch, files] tell in
                let isServed = { @Sendable in settings.serves(company: $0) }
                return try Dispatcher(
                    watch.open(configuration).dispatching(isServed: isServed),
                    writing: {
                        let timeout = GatewayStore.patienceOfWriters
                        let store = try watch.open(configuration, timeout: timeout)
                        return store.dispatching(isServed: isServed)
                    }, options: http, connections: files.sending, clock: clock, tell: tell)
            }, attempted: { [api] in api.countAttempt(outcome: $0.name) },
            tell: { [remarks] in remarks.write($0) })
    }

    // MARK: The end

    /// How long stopping may take, but for the last lines of the logs.
    private static let longestStop = Duration.seconds(19)

    /// Accepts no more, finishes what is under way, and answers 503 to what waits, within 20 seconds.
    ///
    /// - Returns: what was cut off; nil when nothing was.
    func stop(_ server: Server) -> String? {
        let end = ContinuousClock.now + Self.longestStop
        // All at once: each of them may take nearly all of the time.
        caretaker.end()
        sender.end()
        api.end()
        let hasAnswered = server.drain(within: Self.longestStop - .seconds(1))
        let hasSent = sender.wait(until: end)
        let cut = [hasAnswered ? nil : "requests", hasSent ? nil : "callbacks"].compactMap(\.self)
        let words =
            cut.isEmpty ? nil : "stopped before all \(cut.joined(separator: " and ")) were done"
        if let words { say(words) }
        accesses.flush(within: .milliseconds(400))
        remarks.flush(within: .milliseconds(400))
        return words
    }
}
