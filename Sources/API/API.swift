package import HTTPServer
import Profiles
import Threads

/// The API: the value of a request in, the value of an answer out, without a socket.
///
/// What needs neither the disk's nor another machine's time is answered at once. The rest goes to
/// lanes of threads: triggers are written in groups, changes and lists by a few threads. What looks
/// hosts up takes as long as the DNS, and tests of profiles as long as an endpoint likes, so both have
/// threads of their own. So have pages, so that people do not wait for programs, and those who
/// watch the gateway, who wait for nobody.
package final class API: Sendable {
    let options: APIOptions
    let pool: StorePool
    let wrongKeys = WrongKeys()
    let metrics = Metrics()
    let waiters: Waiters
    let depth: DepthGauge
    let triggers: Lane<Envelope>
    let changes: Lane<Envelope>
    let lookUps: Lane<Envelope>
    let lists: Lane<Answer>
    let tests: Lane<Answer>
    let pages: Lane<Answer>
    private let watchers = SerialThread(capacity: 256)

    package init(_ options: APIOptions) {
        self.options = options
        let pool = StorePool(options.open)
        self.pool = pool
        triggers = Lane(threads: 1, capacity: 4096, group: 256, pool)
        changes = Lane(threads: 2, capacity: 1024, pool)
        lookUps = Lane(threads: 8, capacity: 256, pool)
        lists = Lane(threads: 2, capacity: 256, pool)
        tests = Lane(threads: 8, capacity: 64, pool)
        pages = Lane(threads: 2, capacity: 256, pool)
        waiters = Waiters(pool)
        depth = DepthGauge(pool, options.clock)
    }

    /// Decides what is done with a request by its headers alone.
    package func receive(_ head: RequestHead) -> Reception {
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
        _ order: Order, _ body: [UInt8], _ reply: Reply, _ finish: @escaping Finish
    ) {
        let work: @Sendable (Stores) throws -> Answer = { [self] stores in
            try answer(order, body, stores)
        }
        switch order.call {
        case .description: finish(.success(OpenAPI.answer))
        case .showProfile, .showNumber, .listNumbers: finish(Result { try pool.with(work) })
        case .trigger, .incomingMessage: accept(order, body, finish)
        case .metrics: watch({ [self] in metricsAnswer() }, finish)
        case .health: watch({ [self] in Answer(health()) }, finish)
        case .listProfiles, .listDeliveries: pass(to: lists, for: reply, work, finish)
        case .testProfile, .testSettings: pass(to: tests, for: reply, work, finish)
        case .createProfile, .updateProfile: change(on: lookUps, order, body, reply, finish)
        default: change(on: changes, order, body, reply, finish)
        }
    }

    private func change(
        on lane: Lane<Envelope>, _ order: Order, _ body: [UInt8], _ reply: Reply,
        _ finish: @escaping Finish
    ) {
        pass(to: lane, for: reply, { [self] in try envelope(order, body, $0) }) { result in
            finish(result.map { Answer($0) })
        }
    }

    private func watch(
        _ answer: @escaping @Sendable () -> Answer, _ finish: @escaping Finish
    ) {
        if !watchers.take({ finish(.success(answer())) }) { finish(.failure(Busy())) }
    }

    typealias Finish = @Sendable (Result<Answer, any Error>) -> Void

    /// - Parameter reply: asked whether the answer has room when the work is about to begin, which
    ///   may be long after the request came.
    func pass<Output>(
        to lane: Lane<Output>, for reply: Reply,
        _ work: @escaping @Sendable (Stores) throws -> Output,
        _ finish: @escaping @Sendable (Result<Output, any Error>) -> Void
    ) {
        pass(
            to: lane,
            { stores in
                guard reply.hasRoom else { throw Busy() }
                return try work(stores)
            }, finish)
    }

    func pass<Output>(
        to lane: Lane<Output>, _ work: @escaping @Sendable (Stores) throws -> Output,
        _ finish: @escaping @Sendable (Result<Output, any Error>) -> Void
    ) {
        if !lane.take(Job(work: work, finish: finish)) { finish(.failure(Busy())) }
    }

    /// There is no room for more work.
    struct Busy: Error {}

    // MARK: Answers

    private func answer(_ result: Result<Answer, any Error>, to order: Order) -> Answer {
        var answer: Answer
        switch result {
        case .success(let made): answer = made
        case .failure(let error): answer = failure(error, order)
        }
        answer.facts = order.facts
        return answer
    }

    private func failure(_ error: any Error, _ order: Order) -> Answer {
        isBusy(error, in: order.call.rawValue)
            ? FixedAnswers.ofAPI.busy : FixedAnswers.ofAPI.failed
    }
}

extension Order {
    /// What the log and the metrics say of the request.
    var facts: Answer.Facts {
        Answer.Facts(call: call.rawValue, company: company.isEmpty ? nil : company)
    }
}
