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
                sendingFault: { sender.fault }, databaseFault: { watch.fault }))
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
                let isServed = { @Sendable in settings.serves(company: $0) }
                return try Dispatcher(
                    watch.open(configuration).dispatching(isServed: isServed),
                    writing: {
                        let timeout = GatewayStore.writerTimeout
                        let store = try watch.open(configuration, timeout: timeout)
                        return store.dispatching(isServed: isServed)
                    }, options: http, connections: files.sending, clock: clock, onEvent: emit)
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

/// The configuration of a running gateway, which can be reloaded.
final class LiveSettings: Sendable {
    private let current: Mutex<Configuration>
    private let read: @Sendable () throws -> Configuration

    init(_ configuration: Configuration, read: @escaping @Sendable () throws -> Configuration) {
        current = Mutex(configuration)
        self.read = read
    }

    var configuration: Configuration { current.withLock { $0 } }

    /// The limits for each company.
    var limits: CompanyLimits { current.withLock { CompanyLimits($0.gateway) } }

    /// Returns whether the configuration contains a company.
    func serves(company: String) -> Bool {
        current.withLock { $0.mayName(company: company) }
    }

    /// The addresses that callbacks may be sent to.
    var rules: AddressGuard {
        current.withLock { AddressGuard(allowing: $0.gateway.allowNetworks) }
    }

    /// Reloads the configuration and returns lines for the log.
    ///
    /// If the file is invalid, the settings do not change.
    func reload() -> [String] {
        let before = configuration
        do {
            let new = try read()
            current.withLock { $0 = new }
            return ["reloaded \(new.file)"] + new.diagnosticLines + Self.needs(before, new)
        } catch {
            return ["\(error)", "the settings were not changed"]
        }
    }

    /// Returns a line for each changed setting that needs a restart.
    private static func needs(_ before: Configuration, _ new: Configuration) -> [String] {
        let (old, gateway) = (before.gateway, new.gateway)
        let changed = [
            ("database", before.database != new.database),
            ("gateway.secretKeyFile", old.secretKeyFile != gateway.secretKeyFile),
            ("gateway.pod", old.pod != gateway.pod),
            ("gateway.trustedProxies", old.trustedProxies != gateway.trustedProxies),
        ].filter(\.1)
        return changed.map { "'\($0.0)' was changed; restart the gateway to apply it" }
    }
}

/// Divides the limit for open files between the parts of the program.
///
/// Clients can never use up the files that the database and the sending need.
struct OpenFiles: Equatable {
    /// The maximum number of client connections.
    let serving: Int
    /// The maximum number of connections for callbacks, in use or kept alive.
    let sending: Int

    /// Files for the database (three for each connection), its temporary files, test deliveries,
    /// host lookups and logs.
    private static let others = 160

    private static let maxServing = 4096
    private static let maxSending = 512

    /// - Parameter limit: The limit for open files.
    init(limit: Int) {
        let left = max(96, limit - Self.others)
        sending = min(Self.maxSending, left / 3)
        serving = min(Self.maxServing, left - sending)
    }

    /// Raises the limit of the process and returns the division.
    static func raised() -> OpenFiles {
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0 else { return OpenFiles(limit: 1024) }
        let wanted = rlim_t(others + maxServing + maxSending)
        limit.rlim_cur = max(limit.rlim_cur, min(limit.rlim_max, wanted))
        setrlimit(resource, &limit)
        return OpenFiles(limit: Int(clamping: limit.rlim_cur))
    }
}

/// Runs the dispatcher on its own thread and restarts it when it fails.
final class Sender: Sendable {
    private let wakeup: Wakeup
    private let isStopping = Atomic(false)
    private let isOver = Atomic(false)
    private let isIncomplete = Atomic(false)
    /// Why nothing is being sent.
    private let currentFault = Mutex<String?>(nil)

    init(_ wakeup: Wakeup) {
        self.wakeup = wakeup
    }

    var fault: String? { currentFault.withLock { $0 } }

    /// Whether the results of all attempts were recorded.
    var hasRecordedAll: Bool { !isIncomplete.load(ordering: .relaxed) }

    /// Starts the thread.
    ///
    /// - Parameters:
    ///   - dispatch: Creates a dispatcher, on the thread that will run it.
    ///   - attempted: Called with the outcome of each attempt.
    ///   - log: Writes a line to the log.
    func start(
        dispatch:
            @escaping @Sendable (_ emit: @escaping (DispatchEvent) -> Void) throws -> Dispatcher,
        attempted: @escaping @Sendable (Outcome) -> Void,
        log: @escaping @Sendable (String) -> Void
    ) {
        WorkerThread.start(named: "sending") { [self] in
            while !isStopping.load(ordering: .relaxed) {
                do {
                    try work(dispatch { [self] in take($0, attempted, log) })
                } catch let error as UnsavedResultsError {
                    // Only a dispatcher that is stopped gives up.
                    currentFault.withLock { $0 = "\(error)" }
                    isIncomplete.store(true, ordering: .relaxed)
                    log("stopped sending: \(error)")
                } catch {
                    currentFault.withLock { $0 = "\(error)" }
                    log("dispatcher failed; restarting: \(error)")
                    pause()
                }
            }
            isOver.store(true, ordering: .releasing)
        }
    }

    private func take(
        _ event: DispatchEvent, _ attempted: (Outcome) -> Void, _ log: (String) -> Void
    ) {
        switch event {
        case .attempted(_, _, let outcome, _): return attempted(outcome)
        case .interrupted(let error): currentFault.withLock { $0 = error }
        case .resumed: currentFault.withLock { $0 = nil }
        default: break
        }
        if let words = event.words { log(words) }
    }

    /// Starts no further attempts. Attempts in flight are finished.
    func end() {
        isStopping.store(true, ordering: .relaxed)
        wakeup.signal()
    }

    /// Waits until all attempts are finished. Returns false if they are not at the given time.
    func wait(until end: ContinuousClock.Instant) -> Bool {
        while !isOver.load(ordering: .acquiring) {
            guard ContinuousClock.now < end else { return false }
            Polling.of(milliseconds: 5)
        }
        return true
    }

    private func work(_ dispatcher: Dispatcher) throws {
        currentFault.withLock { $0 = nil }
        try dispatcher.run(
            until: { [self] in isStopping.load(ordering: .relaxed) }, waker: wakeup)
    }

    /// Waits for a second, or until the program is stopped.
    private func pause() {
        for _ in 1...100 where !isStopping.load(ordering: .relaxed) {
            Polling.of(milliseconds: 10)
        }
    }
}

extension DispatchEvent {
    /// The line for the log; nil if the event is not logged.
    fileprivate var words: String? {
        switch self {
        case .attempted: nil
        case .disabledAsGone(let callback):
            "disabled profile \(callback.profileID ?? ""): its endpoint responded with 410 (Gone)"
        case .disabledAsUnresponsive(let callback):
            "disabled profile \(callback.profileID ?? ""): no delivery succeeded for five days"
        case .interrupted(let error):
            "sending is paused and results are kept in memory: \(error)"
        case .resumed: "sending resumed; all results are written"
        case .unwritable(let callback, let error):
            "the result of callback \(callback.callbackID) of \(callback.company) cannot be "
                + "written, so the callback will be sent again: \(error)"
        }
    }
}
