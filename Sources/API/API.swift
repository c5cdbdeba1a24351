package import HTTPServer
import Profiles

/// The API: the value of a request in, the value of an answer out, without a socket.
///
/// What needs neither the disk's nor another machine's time is answered at once. The rest goes to
/// lanes of threads: triggers are written in groups, changes and lists by a few threads. What looks
/// hosts up takes as long as the DNS, and tests of profiles as long as an endpoint likes, so both have
/// threads of their own, and so have pages, so that people do not wait for programs.
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
        depth = DepthGauge(options.clock)
    }

    /// Decides what is done with a request by its headers alone.
    package func receive(_ head: RequestHead) -> Reception {
        do {
            let order = try admit(head)
            return .body { [self] body, reply in
                perform(order, body) { result in
                    reply.send(self.answer(result, to: order))
                }
            }
        } catch {
            return .answer(error.answer)
        }
    }

    // MARK: Work

    private func perform(_ order: Order, _ body: [UInt8], _ finish: @escaping Finish) {
        let work: @Sendable (Stores) throws -> Answer = { [self] stores in
            try answer(order, body, stores)
        }
        switch order.call {
        case .description: finish(.success(OpenAPI.answer))
        case .showProfile, .showNumber, .listNumbers: finish(Result { try pool.with(work) })
        case .trigger, .incomingMessage: accept(order, body, finish)
        case .metrics: pass(to: lists, { [self] in metricsAnswer($0) }, finish)
        case .health: pass(to: lists, { [self] in Answer(health($0)) }, finish)
        case .listProfiles, .listDeliveries: pass(to: lists, work, finish)
        case .testProfile, .testSettings: pass(to: tests, work, finish)
        case .createProfile, .updateProfile: change(on: lookUps, order, body, finish)
        default: change(on: changes, order, body, finish)
        }
    }

    private func change(
        on lane: Lane<Envelope>, _ order: Order, _ body: [UInt8], _ finish: @escaping Finish
    ) {
        pass(to: lane, { [self] in try envelope(order, body, $0) }) { result in
            finish(result.map { Answer($0) })
        }
    }

    typealias Finish = @Sendable (Result<Answer, any Error>) -> Void

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
