import CallbackDispatch
import Concurrency
import Glibc
package import HTTPServer
import Profiles
import Synchronization

/// The HTTP API, as a function from requests to responses. It has no sockets.
///
/// Requests that need neither the disk nor another machine are answered immediately. All others go
/// to worker queues:
///
/// - Triggers are validated by several threads and written in groups by one.
/// - Changes and lists have a few threads each. Large profiles are shown by those of lists.
/// - Host lookups and test deliveries can take as long as the DNS or an endpoint, so both have
///   their own threads.
/// - Requests with a large body, or for a large profile, can take a second of processor time. They
///   have threads of low priority, and a company uses one of them at a time.
/// - Pages have their own threads, so that people do not wait for programs.
/// - Health checks and metrics have their own thread and never wait for other requests.
///
/// No company can occupy all threads of a queue.
///
///     let api = GatewayAPI(options)
///     let server = try Server(
///         on: "127.0.0.1:8080", fixed: .ofAPI, observe: { api.observe($0) },
///         receive: { api.receive($0) })
package final class GatewayAPI: Sendable {
    let options: APIOptions
    let pool: StorePool
    let invalidKeys = InvalidKeyCounter()
    let metrics = Metrics()
    let waiters: Waiters
    let depth: DepthGauge
    let shutdown = Shutdown()
    let validation: WorkerQueue
    let triggers: WriteQueue<Acceptance>
    let changes: WorkerQueue
    let lookups: WorkerQueue
    /// Validates triggers with large bodies.
    let largeTriggers: WorkerQueue
    /// Does everything else with large bodies and profiles. It also waits for the DNS.
    let largeChanges: WorkerQueue
    let lists: WorkerQueue
    let tests: WorkerQueue
    let pages: WorkerQueue
    private let watchers = SerialThread(capacity: 256)

    package init(_ options: APIOptions) {
        self.options = options
        let pool = StorePool(options.open)
        self.pool = pool
        validation = WorkerQueue(threads: 4, maxPerCompany: 2, capacity: 4096, pool)
        triggers = WriteQueue(capacity: 4096, pool)
        changes = WorkerQueue(threads: 3, maxPerCompany: 2, capacity: 1024, pool)
        lookups = WorkerQueue(threads: 8, maxPerCompany: 4, capacity: 256, pool)
        largeTriggers = WorkerQueue(
            threads: 2, maxPerCompany: 1, capacity: 1024, isPatient: true, pool)
        largeChanges = WorkerQueue(
            threads: 4, maxPerCompany: 1, capacity: 256, isPatient: true, pool)
        lists = WorkerQueue(threads: 3, maxPerCompany: 2, capacity: 256, isPatient: true, pool)
        tests = WorkerQueue(threads: 8, maxPerCompany: 4, capacity: 64, pool)
        pages = WorkerQueue(threads: 3, maxPerCompany: 2, capacity: 256, pool)
        waiters = Waiters(pool, shutdown)
        depth = DepthGauge(pool, options.clock)
    }

    /// Decides how to handle a request, based on its headers.
    package func receive(_ head: RequestHead) -> RequestDisposition {
        do {
            let request = try admit(head)
            let client = request.call.needsKey ? request.company : nil
            return .body(client: client) { [self] body, reply in
                perform(request, body, reply) { result in
                    reply.send(self.answer(result, to: request))
                }
            }
        } catch {
            return .answer(error.answer)
        }
    }

    // MARK: Work

    private func perform(
        _ request: RoutedRequest, _ body: [UInt8], _ reply: ResponseWriter,
        _ finish: @escaping Finish
    ) {
        let work: @Sendable (Stores) throws -> Response = { [self] stores in
            try answer(request, body, stores)
        }
        switch request.call {
        case .description: finish(.success(OpenAPI.answer))
        case .showNumber: finish(Result { try pool.with(work) })
        case .showProfile: show(request, body, reply, finish)
        case .trigger, .incomingMessage: accept(request, body, finish)
        case .metrics: watch({ [self] in metricsAnswer() }, finish)
        case .health: watch({ [self] in Response(health()) }, finish)
        case .listProfiles, .listDeliveries, .listNumbers:
            pass(to: lists, of: request.company, for: reply, work, finish)
        case .testProfile, .testSettings:
            pass(to: tests, of: request.company, for: reply, work, finish)
        case .createProfile, .updateProfile: change(on: lookups, request, body, reply, finish)
        default: change(on: changes, request, body, reply, finish)
        }
    }

    /// Shows a profile on the thread of the connections if that is quick. They serve all companies.
    private func show(
        _ request: RoutedRequest, _ body: [UInt8], _ reply: ResponseWriter,
        _ finish: @escaping Finish
    ) {
        do {
            finish(.success(try pool.with { try answer(request, body, $0, atOnce: true) }))
        } catch is SlowProfile {
            let work = { @Sendable [self] in try answer(request, body, $0) }
            pass(to: lists, of: request.company, for: reply, work, finish)
        } catch {
            finish(.failure(error))
        }
    }

    private func change(
        on lane: WorkerQueue, _ request: RoutedRequest, _ body: [UInt8], _ reply: ResponseWriter,
        _ finish: @escaping Finish
    ) {
        let isLarge = Self.isLarge(body)
        passQuick(
            to: isLarge ? largeChanges : lane, of: request.company, for: reply,
            { [self] stores, isQuick in
                try envelope(request, body, stores, isQuick: isQuick && !isLarge)
            },
            { finish($0.map { Response($0) }) })
    }

    /// The size of a body that is processed in a few milliseconds, in bytes.
    private static let quickSize = 32 << 10

    package static func isLarge(_ body: [UInt8]) -> Bool { body.count > quickSize }

    private func watch(
        _ answer: @escaping @Sendable () -> Response, _ finish: @escaping Finish
    ) {
        if !watchers.take({ finish(.success(answer())) }) { finish(.failure(Busy())) }
    }

    typealias Finish = @Sendable (Result<Response, any Error>) -> Void

    /// Passes on work that the threads for large profiles do again if it throws `SlowProfile`.
    ///
    /// - Parameter work: Gets whether it must throw `SlowProfile` instead of reading a large profile.
    func passQuick<Output>(
        to lane: WorkerQueue, of company: String, for reply: ResponseWriter? = nil,
        _ work: @escaping @Sendable (Stores, _ isQuick: Bool) throws -> Output,
        _ finish: @escaping @Sendable (Result<Output, any Error>) -> Void
    ) {
        pass(to: lane, of: company, for: reply, { try work($0, true) }) { [self] result in
            guard case .failure(let error) = result, error is SlowProfile else {
                return finish(result)
            }
            pass(to: largeChanges, of: company, for: reply, { try work($0, false) }, finish)
        }
    }

    /// - Parameter reply: Checked for room when the work starts, which may be long after the
    ///   request arrived. nil if the response is small.
    func pass<Output>(
        to lane: WorkerQueue, of company: String, for reply: ResponseWriter? = nil,
        _ work: @escaping @Sendable (Stores) throws -> Output,
        _ finish: @escaping @Sendable (Result<Output, any Error>) -> Void
    ) {
        let work: @Sendable (Stores) throws -> Output = { stores in
            guard reply?.hasRoom != false else { throw Busy() }
            return try work(stores)
        }
        let job = Job(company: company, work: work, finish: finish)
        if !lane.take(job) { finish(.failure(Busy())) }
    }

    /// The queue is full.
    struct Busy: Error {}

    // MARK: Shutdown

    /// How long queued work may still start after the shutdown began, in seconds.
    private static let grace: UInt32 = 5

    /// Responds with 503 to requests that wait for another machine, and after ``grace`` to all
    /// requests that still wait.
    package func end() {
        shutdown.begin()
        lookups.refuse(Busy())
        tests.refuse(Busy())
        largeChanges.refuse(Busy())
        WorkerThread.start { [self] in
            sleep(Self.grace)
            validation.refuse(Busy())
            largeTriggers.refuse(Busy())
            triggers.refuse(Busy())
            changes.refuse(Busy())
            lists.refuse(Busy())
            pages.refuse(Busy())
        }
    }

    // MARK: Responses

    private func answer(_ result: Result<Response, any Error>, to request: RoutedRequest)
        -> Response
    {
        var answer: Response
        switch result {
        case .success(let made): answer = made
        case .failure(let error): answer = failure(error, request)
        }
        answer.facts = request.facts
        return answer
    }

    private func failure(_ error: any Error, _ request: RoutedRequest) -> Response {
        isBusy(error, in: request.call.rawValue)
            ? FixedResponses.ofAPI.busy : FixedResponses.ofAPI.failed
    }
}

extension RoutedRequest {
    /// The request's entry in the access log and metrics.
    var facts: Response.Facts {
        Response.Facts(call: call.rawValue, company: company.isEmpty ? nil : company)
    }
}

/// Whether the program is shutting down, and since when.
final class Shutdown: Sendable {
    private let start = Mutex<ContinuousClock.Instant?>(nil)

    func begin() {
        start.withLock { $0 = $0 ?? .now }
    }

    /// Returns whether the shutdown started at least this long ago.
    func hasLasted(_ duration: Duration = .zero) -> Bool {
        start.withLock { $0 }.map { ContinuousClock.now - $0 >= duration } ?? false
    }
}

/// The response to a request that is rejected by its headers.
struct RequestRejection: Error {
    let answer: Response

    init(_ answer: Response, facts: Response.Facts = .init()) {
        var answer = answer
        answer.facts = facts
        self.answer = answer
    }

    init(
        _ text: String, part: String, status: Int, headers: [Response.Header] = [],
        facts: Response.Facts = .init()
    ) {
        self.init(
            Response(.failure(text, part: part, status: status), headers: headers), facts: facts)
    }
}

extension GatewayAPI {
    /// Returns the operation of a request, or throws if the request is not allowed.
    func admit(_ head: RequestHead) throws(RequestRejection) -> RoutedRequest {
        let request = try route(head)
        if request.call.needsKey, let fault = databaseFault {
            throw RequestRejection(fault, part: "headers", status: 503, facts: request.facts)
        }
        if request.call.needsKey { try checkKey(head, request) }
        if let refusal = ContentTypeRule.fault(head, request.call) {
            throw RequestRejection(refusal, part: "headers", status: 415, facts: request.facts)
        }
        return request
    }

    private func route(_ head: RequestHead) throws(RequestRejection) -> RoutedRequest {
        guard let target = head.decodedTarget else {
            throw RequestRejection(
                "params must be a path with valid percent-encoding", part: "params", status: 400)
        }
        do throws(RouteError) {
            return try RoutedRequest(method: head.method, path: target.path, query: target.query)
        } catch {
            switch error {
            case .unknownPath:
                throw RequestRejection(
                    "No such resource; see /openapi.json", part: "params", status: 404)
            case .otherMethods(let methods):
                let allowed = methods.joined(separator: ", ")
                throw RequestRejection(
                    "method must be equal to one of the allowed values: \(allowed)",
                    part: "headers", status: 405, headers: [.init("Allow", allowed)])
            }
        }
    }

    // MARK: API key

    /// A key gives access to its own company only. All other keys get the same response.
    private func checkKey(_ head: RequestHead, _ request: RoutedRequest) throws(RequestRejection) {
        do throws(KeyError) {
            _ = try key(head.header("api-key") ?? "", of: request.company, from: head)
        } catch {
            switch error {
            case .wrong:
                throw RequestRejection(
                    Response(.noKey, headers: [.init("WWW-Authenticate", "api-key")]),
                    facts: .init(call: request.call.rawValue))
            case .tooMany(let seconds):
                throw RequestRejection(
                    "too many requests with an invalid 'api-key'; try again in \(seconds) seconds",
                    part: "headers", status: 429, headers: [.init("Retry-After", "\(seconds)")],
                    facts: .init(call: request.call.rawValue))
            case .failed(let isBusy):
                let answers = FixedResponses.ofAPI
                throw RequestRejection(isBusy ? answers.busy : answers.failed)
            }
        }
    }
}
