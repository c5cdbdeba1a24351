import CallbackDispatch
import Glibc
package import HTTPServer
import Profiles
import Threads

/// The API: the value of a request in, the value of an answer out, without a socket.
///
/// What needs neither the disk's nor another machine's time is answered at once. The rest goes to
/// lanes of threads: triggers are read by a few and written in groups by one, changes and lists have a
/// few. What looks hosts up takes as long as the DNS, and tests of profiles as long as an endpoint
/// likes, so both have threads of their own. So have pages, so that people do not wait for programs,
/// and those who watch the gateway, who wait for nobody. No company has all threads of a lane.
package final class GatewayAPI: Sendable {
    let options: APIOptions
    let pool: StorePool
    let wrongKeys = WrongKeys()
    let metrics = Metrics()
    let waiters: Waiters
    let depth: DepthGauge
    let ending = Ending()
    let judging: WorkerQueue
    let triggers: WriteLane<Acceptance>
    let changes: WorkerQueue
    let lookUps: WorkerQueue
    let lists: WorkerQueue
    let tests: WorkerQueue
    let pages: WorkerQueue
    private let watchers = SerialThread(capacity: 256)

    package init(_ options: APIOptions) {
        self.options = options
        let pool = StorePool(options.open)
        self.pool = pool
        judging = WorkerQueue(threads: 4, forOne: 2, capacity: 4096, pool)
        triggers = WriteLane(capacity: 4096, pool)
        changes = WorkerQueue(threads: 3, forOne: 2, capacity: 1024, pool)
        lookUps = WorkerQueue(threads: 8, forOne: 4, capacity: 256, pool)
        lists = WorkerQueue(threads: 3, forOne: 2, capacity: 256, pool)
        tests = WorkerQueue(threads: 8, forOne: 4, capacity: 64, pool)
        pages = WorkerQueue(threads: 3, forOne: 2, capacity: 256, pool)
        waiters = Waiters(pool, ending)
        depth = DepthGauge(pool, options.clock)
    }

    /// Decides what is done with a request by its headers alone.
    package func receive(_ head: RequestHead) -> RequestDisposition {
        do {
            let order = try admit(head)
            let client = order.call.needsKey ? order.company : nil
            return .body(client: client) { [self] body, reply in
                perform(order, body, reply) { result in
                    reply.send(self.answer(result, to: order))
                }
            }
        } catch {
            return .answer(error.answer)
        }
    }

    // MARK: Work

    private func perform(
        _ order: RoutedRequest, _ body: [UInt8], _ reply: ResponseWriter, _ finish: @escaping Finish
    ) {
        let work: @Sendable (Stores) throws -> Response = { [self] stores in
            try answer(order, body, stores)
        }
        switch order.call {
        case .description: finish(.success(OpenAPI.answer))
        case .showProfile, .showNumber: finish(Result { try pool.with(work) })
        case .trigger, .incomingMessage: accept(order, body, finish)
        case .metrics: watch({ [self] in metricsAnswer() }, finish)
        case .health: watch({ [self] in Response(health()) }, finish)
        case .listProfiles, .listDeliveries, .listNumbers:
            pass(to: lists, of: order.company, for: reply, work, finish)
        case .testProfile, .testSettings:
            pass(to: tests, of: order.company, for: reply, work, finish)
        case .createProfile, .updateProfile: change(on: lookUps, order, body, reply, finish)
        default: change(on: changes, order, body, reply, finish)
        }
    }

    private func change(
        on lane: WorkerQueue, _ order: RoutedRequest, _ body: [UInt8], _ reply: ResponseWriter,
        _ finish: @escaping Finish
    ) {
        let work = { @Sendable [self] in try envelope(order, body, $0) }
        pass(to: lane, of: order.company, for: reply, work) { result in
            finish(result.map { Response($0) })
        }
    }

    private func watch(
        _ answer: @escaping @Sendable () -> Response, _ finish: @escaping Finish
    ) {
        if !watchers.take({ finish(.success(answer())) }) { finish(.failure(Busy())) }
    }

    typealias Finish = @Sendable (Result<Response, any Error>) -> Void

    /// - Parameter reply: asked whether the answer has room when the work is about to begin, which
    ///   may be long after the request came.
    func pass<Output>(
        to lane: WorkerQueue, of company: String, for reply: ResponseWriter,
        _ work: @escaping @Sendable (Stores) throws -> Output,
        _ finish: @escaping @Sendable (Result<Output, any Error>) -> Void
    ) {
        pass(
            to: lane, of: company,
            { stores in
                guard reply.hasRoom else { throw Busy() }
                return try work(stores)
            }, finish)
    }

    func pass<Output>(
        to lane: WorkerQueue, of company: String,
        _ work: @escaping @Sendable (Stores) throws -> Output,
        _ finish: @escaping @Sendable (Result<Output, any Error>) -> Void
    ) {
        let job = Job(company: company, work: work, finish: finish)
        if !lane.take(job) { finish(.failure(Busy())) }
    }

    /// There is no room for more work.
    struct Busy: Error {}

    // MARK: The end

    /// How long what waits in a lane may still begin, when it takes no time of another machine's.
    private static let grace: UInt32 = 5

    /// Answers 503 to what waits for another machine, and a little later to all that waits.
    package func end() {
        ending.begin()
        lookUps.refuse(Busy())
        tests.refuse(Busy())
        WorkerThread.start { [self] in
            sleep(Self.grace)
            judging.refuse(Busy())
            triggers.refuse(Busy())
            changes.refuse(Busy())
            lists.refuse(Busy())
            pages.refuse(Busy())
        }
    }

    // MARK: Answers

    private func answer(_ result: Result<Response, any Error>, to order: RoutedRequest) -> Response
    {
        var answer: Response
        switch result {
        case .success(let made): answer = made
        case .failure(let error): answer = failure(error, order)
        }
        answer.facts = order.facts
        return answer
    }

    private func failure(_ error: any Error, _ order: RoutedRequest) -> Response {
        isBusy(error, in: order.call.rawValue)
            ? FixedAnswers.ofAPI.busy : FixedAnswers.ofAPI.failed
    }
}

extension RoutedRequest {
    /// What the log and the metrics say of the request.
    var facts: Response.Facts {
        Response.Facts(call: call.rawValue, company: company.isEmpty ? nil : company)
    }
}
