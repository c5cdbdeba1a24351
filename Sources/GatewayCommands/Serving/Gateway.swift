import API
import CallbackDispatch
import CivilTime
import Concurrency
import Curl
import DeliveryLog
import EgressPolicy
import Glibc
import HTTPServer
import Profiles
import Settings
import Storage
import Synchronization
import WebUI

/// Creates and connects the parts of a gateway that serves.
struct Gateway {
    /// The configuration at the start. Database, key and proxies do not change at a reload.
    private let configuration: Configuration
    private let settings: LiveSettings
    private let http: HTTPOptions
    private let clock: @Sendable () -> Instant
    private let api: GatewayAPI
    private let site: WebApplication
    private let sender: Sender
    private let maintenance: DatabaseMaintenance
    private let alerts: AlertWorker
    private let watch: DatabaseWatch
    private let files = OpenFiles.raised()
    private let accessLog = LineLog(STDOUT_FILENO)
    private let errorLog = LineLog(STDERR_FILENO)

    /// Opens the database and creates all parts.
    ///
    /// - Parameters:
    ///   - settings: The current configuration, which can be reloaded.
    ///   - readConfiguration: Reads the configuration again, for the pages.
    ///   - zones: The time zones.
    ///   - environment: The environment variables, for the password of the mail server.
    ///   - http: The options for callbacks.
    ///   - clock: Returns the current time.
    ///   - isClockSynchronized: Whether the kernel reports that the clock is synchronized.
    /// - Throws: An error if the database or its key cannot be opened.
    init(
        _ settings: LiveSettings, readConfiguration: @escaping @Sendable () throws -> Configuration,
        zones: ZoneDatabase, environment: [String: String], http: HTTPOptions,
        clock: @escaping @Sendable () -> Instant,
        isClockSynchronized: @escaping @Sendable () -> Bool
    ) throws {
        let configuration = settings.configuration
        let errorLog = errorLog
        let database = try GatewayStore(creating: configuration) { errorLog.write($0) }.log
        let wakeup = try Wakeup()
        let sender = Sender(wakeup)
        let hosts = HostLookup(settings.rules)
        let watch = DatabaseWatch(database) { fault in
            errorLog.write("\(configuration.database): \(fault)")
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
                logError: { errorLog.write($0) }, wake: { wakeup.signal() },
                sendingFault: { sender.fault }, databaseFault: { watch.fault },
                unrecordedResults: { sender.unrecordedResults.count }))
        site = WebApplication(
            api,
            WebApplicationOptions(
                configuration: readConfiguration, tzVersion: zones.version,
                logError: { errorLog.write($0) }))
        (self.configuration, self.http, self.clock) = (configuration, http, clock)
        (self.sender, self.watch, self.settings) = (sender, watch, settings)
        maintenance = DatabaseMaintenance(
            database, watch, settings, clock: clock,
            isClockSynchronized: isClockSynchronized, log: { errorLog.write($0) })
        alerts = AlertWorker(
            AlertWorker.Options(
                settings: settings, open: { try watch.open(configuration).log },
                tzVersion: zones.version, environment: environment, clock: clock,
                log: { errorLog.write($0) }))
        watch.start()
    }

    func server(on address: String) throws -> Server {
        var limits = ServerLimits()
        limits.connections = min(limits.connections, files.serving)
        return try Server(
            on: address, limits: limits, fixed: .ofAPI,
            proxies: TrustedProxies(configuration.gateway.trustedProxies),
            observe: { [api, accessLog, clock] request in
                api.observe(request)
                accessLog.write(AccessLog.line(request, at: clock()))
            }, receive: { [api, site] in site.receive($0) ?? api.receive($0) })
    }

    /// Writes a line to standard error.
    func say(_ line: String) {
        errorLog.write(line)
    }

    /// Reloads the configuration and logs the result.
    func reload() {
        for line in settings.reload() { errorLog.write(line) }
    }

    // MARK: Sending

    func start() {
        maintenance.start()
        alerts.start()
        sender.start(
            dispatch: { [configuration, settings, http, clock, watch, files] emit in
                let unrecorded = sender.unrecordedResults
                let isServed = { @Sendable in settings.serves(company: $0) }
                return try Dispatcher(
                    watch.open(configuration).dispatching(isServed: isServed),
                    writing: {
                        let timeout = GatewayStore.writerTimeout
                        let store = try watch.open(configuration, timeout: timeout)
                        return store.dispatching(isServed: isServed)
                    }, options: http, connections: files.sending, clock: clock,
                    unrecorded: unrecorded, onEvent: emit)
            }, attempted: { [api] in api.countAttempt(outcome: $0.name) },
            log: { [errorLog] in errorLog.write($0) })
    }

    // MARK: Shutdown

    /// How long the shutdown may take, without the last lines of the logs.
    private static let maxStopDuration = Duration.seconds(18)

    /// Accepts no more requests, finishes what is running and answers 503 to requests that wait,
    /// within 20 seconds.
    ///
    /// - Returns: What was cut off; nil if nothing was.
    func stop(_ server: Server) -> String? {
        let end = ContinuousClock.now + Self.maxStopDuration
        // Stop all of them together, because each may take nearly the whole time.
        maintenance.end()
        alerts.end()
        sender.end()
        api.end()
        let hasAnswered = server.drain(within: Self.maxStopDuration - .seconds(1))
        let hasSent = sender.wait(until: end) && sender.hasRecordedAll && watch.fault == nil
        let hasMailed = alerts.wait(until: end)
        let cut = [
            hasAnswered ? nil : "requests", hasSent ? nil : "callbacks", hasMailed ? nil : "emails",
        ].compactMap(\.self)
        let words =
            cut.isEmpty ? nil : "stopped before all \(cut.joined(separator: " and ")) were finished"
        if let words { say(words) }
        accessLog.flush(within: .milliseconds(400))
        errorLog.flush(within: .milliseconds(400))
        return words
    }
}
