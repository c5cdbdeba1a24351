import API
import CivilTime
import Curl
import DeliveryLog
import Glibc
import Guard
import HTTPServer
import Pages
import Profiles
import SQLite
import Sending
import Settings

/// The parts of a gateway that serves, and how they hear of each other.
struct Gateway {
    private let configuration: Configuration
    private let http: HTTPOptions
    private let clock: @Sendable () -> Instant
    private let api: API
    private let site: Site
    private let sender: Sender
    private let keeper: Database
    private let watch: DatabaseWatch
    private let accesses = LineLog(STDOUT_FILENO)
    private let remarks = LineLog(STDERR_FILENO)

    /// - Parameter reread: reads the configuration as it is later, for the pages.
    /// - Throws: what keeps the file or its key from being opened.
    init(
        _ configuration: Configuration, reread: @escaping @Sendable () throws -> Configuration,
        zones: ZoneDatabase, http: HTTPOptions, clock: @escaping @Sendable () -> Instant
    ) throws {
        keeper = try GatewayStore(configuration).log.database
        let bell = try Bell()
        let sender = Sender(bell)
        let hosts = HostLookup(AddressGuard(allowing: configuration.gateway.allowNetworks))
        let remarks = remarks
        let watch = DatabaseWatch(keeper) { fault in
            remarks.write("\(configuration.database): \(fault)")
            sender.end()
        }
        api = API(
            APIOptions(
                open: {
                    let store = try watch.open(configuration)
                    return Stores(store.profiles, store.queue, store.log)
                },
                pod: configuration.gateway.pod, http: http,
                refusal: { hosts.refusal(ofHost: $0) }, clock: clock,
                tell: { remarks.write($0) }, wake: { bell.ring() },
                sendingFault: { sender.fault }, databaseFault: { watch.fault }))
        site = Site(
            api,
            SiteOptions(
                configuration: reread, tzVersion: zones.version, tell: { remarks.write($0) }))
        (self.configuration, self.http, self.clock) = (configuration, http, clock)
        (self.sender, self.watch) = (sender, watch)
        watch.start()
    }

    func server(on address: String) throws -> Server {
        var limits = ServerLimits()
        limits.connections = OpenFiles.connections(atMost: limits.connections)
        return try Server(
            on: address, limits: limits, fixed: .ofAPI,
            proxies: TrustedProxies(configuration.gateway.trustedProxies),
            observe: { [api, accesses, clock] request in
                api.observe(request)
                accesses.write(AccessLog.line(request, at: clock()))
            }, receive: { [api, site] in site.receive($0) ?? api.receive($0) })
    }

    /// Writes out what the logs have.
    func flush() {
        accesses.flush()
        remarks.flush()
    }

    // MARK: Sending

    func startSending() {
        sender.start(
            dispatch: { [configuration, http, clock, watch] tell in
                try Dispatcher(
                    watch.open(configuration).dispatching,
                    writing: {
                        let patience = GatewayStore.patienceOfWriters
                        return try watch.open(configuration, patience: patience).dispatching
                    }, options: http, clock: clock, tell: tell)
            }, attempted: { [api] in api.countAttempt(outcome: $0.name) },
            tell: { [remarks] in remarks.write($0) })
    }

    func stopSending() {
        sender.stop()
    }

    // MARK: Care

    /// Copies what was written from the log of changes (WAL) to the file.
    ///
    /// The commit with which that log is full has to do it otherwise, and whoever waits for that
    /// commit with it. So it does where this fails, which is why nothing is said of that.
    ///
    /// Once the file is gone nothing is left for whoever opens the one in its place.
    func checkpoint() {
        guard watch.fault == nil else {
            _ = try? keeper.emptyWAL()
            return
        }
        try? keeper.checkpoint()
    }

    /// Deletes some of what is older than the configuration keeps it; false when there is more.
    ///
    /// It takes a fraction of a second, as the thread has other things to look after.
    func prune() -> Bool {
        guard let days = configuration.retention?.days, watch.fault == nil else { return true }
        do {
            let limit = clock().advanced(seconds: -Int64(days) * 86_400)
            return try watch.open(configuration).prune(before: limit, steps: 4)
        } catch {
            remarks.write("cannot delete old callbacks: \(error)")
            return true
        }
    }
}
