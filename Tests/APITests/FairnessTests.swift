import Concurrency
import Glibc
import HTTPServer
import JSON
import SQL
import StorageErrors
import Synchronization
import TestSupport
import Testing

@testable import API

/// One company with many requests next to another with few.
@Suite struct FairnessTests {
    private let fixture: APIFixture

    init() throws {
        fixture = try APIFixture()
    }

    private static let slowTrigger =
        #"{"event": "call_end", "callback": {"call_end": {"url": ["http://\#(APIFixture.slowHost)/"]}}}"#

    private func slowTriggers(_ count: Int) -> [() -> Response?] {
        (1...count).map { _ in fixture.start("POST", "/callback/events", Self.slowTrigger) }
    }

    private func callOfOther(_ method: String, _ path: String, _ body: String) -> Response {
        fixture.call(method, path, body, key: fixture.otherKey, company: APIFixture.other)
    }

    @Test func slowDNSOfOneCompanyDoesNotDelayOthers() throws {
        let id = try fixture.profile(key: fixture.otherKey, company: APIFixture.other)
        let held = slowTriggers(50)
        // A line break keeps a variable from being a URL.
        let plain = #"{"callback_profile": "\#(id)", "variables": {"text": "a\nb"}}"#
        #expect(callOfOther("POST", "/callback/events", plain).status == 202)
        let named = APIFixture.profile().replacing("93.184.215.14", with: "quick.example")
        #expect(callOfOther("POST", "/callback/profiles", named).status == 201)
        #expect(held.allSatisfy { $0() == nil })
        fixture.letDNSAnswer()
        for answer in held { while answer() == nil { usleep(1000) } }
        #expect(held.allSatisfy { $0()?.status == 202 })
    }

    @Test func aTriggerWithoutURLsNeverWaitsForTheDNS() throws {
        let id = try fixture.profile()
        let held = slowTriggers(50)
        let body = #"{"callback_profile": "\#(id)", "variables": {"callback": "\u0041"}}"#
        #expect(fixture.call("POST", "/callback/events", body).status == 202)
        let written = Self.slowTrigger.replacing(APIFixture.slowHost, with: "10.0.0.1")
        #expect(fixture.call("POST", "/callback/events", written).status == 400)
        #expect(held.allSatisfy { $0() == nil })
        fixture.letDNSAnswer()
    }

    @Test func anInvalidRequestIsRejectedWhileAnotherProgramWrites() throws {
        // The first store creates the tables of the queue.
        let body = #"{"callback_profile": "none"}"#
        #expect(fixture.call("POST", "/callback/events", body).status == 400)
        let other = try Database(path: fixture.directory.path(of: "callbacks.db"))
        try other.begin()
        let answers = (1...20).map { _ in
            fixture.start("POST", "/callback/events", body)
        }
        for answer in answers { while answer() == nil { usleep(1000) } }
        #expect(answers.allSatisfy { $0()?.status == 400 })
        other.rollBack()
    }

    /// Other writers are never blocked.
    @Test func validatingInvalidRequestsDoesNotLockTheDatabase() throws {
        let lines = String(repeating: "{}\n", count: 30_000)
        let path = fixture.directory.path(of: "callbacks.db")
        #expect(fixture.call("POST", "/callback/events", "{}").status == 400)
        let answers = (1...8).map { _ in fixture.start("POST", "/callback/events", lines) }
        let other = try Database(path: path, timeout: 0)
        var turns = 0
        while answers.contains(where: { $0() == nil }) {
            #expect(throws: Never.self) { try other.begin() }
            other.rollBack()
            turns += 1
            usleep(500)
        }
        #expect(turns > 0)
        #expect(answers.allSatisfy { $0()?.status == 400 })
    }

    @Test func aResponseListsAHundredErrorsAndCountsTheRest() throws {
        let answer = fixture.call(
            "POST", "/callback/events", String(repeating: "{}\n", count: 5_000),
            type: "application/x-ndjson")
        #expect(answer.faults.count == 101)
        #expect(
            answer.faults.first == "body: body/0 must have required property 'callback_profile'")
        #expect(answer.faults.last == "body: body has 4900 more errors")
        let names = (1...300).map { #""x\#($0)": 1"# }.joined(separator: ", ")
        let profile = fixture.call("POST", "/callback/profiles", APIFixture.profile(names + ","))
        #expect(profile.faults.count == 101)
        #expect(profile.faults.last == "body: body has 200 more errors")
    }

    /// A transaction accepts no more work after 50 milliseconds.
    @Test func aLongQueueIsWrittenInManyTransactions() throws {
        let pool = fixture.api.pool
        let lane = WriteQueue<Int>(capacity: 1_000, pool)
        let begun = Mutex(0)
        let answered = Mutex<[Int]>([])
        for number in 1...20 {
            let job = WriteJob<Int>(
                company: "H\(number)",
                work: { _ in
                    usleep(20_000)
                    return begun.withLock {
                        $0 += 1
                        return $0
                    }
                },
                finish: { _ in answered.withLock { $0.append(begun.withLock { $0 }) } })
            #expect(lane.take(job))
        }
        while answered.withLock({ $0.count }) < 20 { usleep(1000) }
        // The first ones are answered before the last ones start.
        #expect(answered.withLock { $0[0] } <= 4)
        #expect(answered.withLock { Set($0).count } >= 5)
    }

    @Test func noRequestWaitsTwiceForALockedDatabase() throws {
        let other = try Database(path: fixture.directory.path(of: "callbacks.db"))
        let pool = StorePool { [fixture] in try APIFixture.impatientStores(in: fixture.directory) }
        let lane = WriteQueue<Int>(capacity: 1_000, pool)
        let results = Mutex<[Result<Int, any Error>]>([])
        try other.begin()
        for _ in 1...50 {
            let finish = { @Sendable (result: Result<Int, any Error>) in
                results.withLock { $0.append(result) }
            }
            #expect(lane.take(WriteJob(company: "HA", work: { _ in 1 }, finish: finish)))
        }
        while results.withLock({ $0.count }) < 50 { usleep(1000) }
        other.rollBack()
        #expect(
            results.withLock { results in
                results.allSatisfy { result in
                    guard case .failure(let error as StorageError) = result else { return false }
                    return error.isBusy
                }
            })
    }

    /// All threads of the lists are busy. The thread of the connections, which serves all
    /// companies, must not read a large profile.
    @Test func aLargeProfileIsShownByTheThreadsOfLists() throws {
        let isOver = Atomic(false)
        defer { isOver.store(true, ordering: .relaxed) }
        for company in ["HB", "HC", "HD"] {
            let work: @Sendable (Stores) -> Void = { _ in
                while !isOver.load(ordering: .relaxed) { usleep(1000) }
            }
            #expect(fixture.api.lists.take(Job(company: company, work: work) { _ in }))
        }
        let text = String(repeating: "x", count: 100_000)
        let small = try fixture.profile()
        let made = fixture.call(
            "POST", "/callback/profiles", APIFixture.profile().replacing("<mobile>", with: text))
        let large = try #require(made.data?["profile_id"]?.string)
        let shown = fixture.start("GET", "/callback/profiles/\(large)", "")
        #expect(fixture.call("GET", "/callback/profiles/\(small)").status == 200)
        #expect(fixture.call("GET", "/callback/profiles/none").status == 404)
        usleep(50_000)
        #expect(shown()?.status == nil)
        isOver.store(true, ordering: .relaxed)
        while shown() == nil { usleep(1000) }
        #expect(shown()?.status == 200)
    }

    // MARK: Shutdown

    @Test func waitingRequestsAreAnsweredAtShutdown() throws {
        let held = slowTriggers(50)
        while fixture.api.lookups.waitingCount < 46 { usleep(1000) }
        fixture.api.end()
        // Four of them are already being looked up.
        let refused = held.count { $0()?.status == 503 }
        #expect((45...46).contains(refused))
        let profile = APIFixture.profile().replacing("93.184.215.14", with: APIFixture.slowHost)
        #expect(fixture.call("POST", "/callback/profiles", profile).status == 503)
        fixture.letDNSAnswer()
        for answer in held { while answer() == nil { usleep(1000) } }
        #expect(held.allSatisfy { $0()?.status == 202 || $0()?.status == 503 })
    }

    @Test func longPollingRequestsAreAnsweredAtShutdown() throws {
        let id = try fixture.profile()
        let body = #"{"callback_profile": "\#(id)"}"#
        let waiting = fixture.start("POST", "/callback/events?wait=true", body)
        while fixture.call("GET", "/callback/deliveries").status != 200 {}
        #expect(waiting() == nil)
        fixture.api.end()
        while waiting() == nil { usleep(1000) }
        #expect(waiting()?.status == 202)
    }
}
