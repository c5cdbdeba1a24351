import Glibc
import HTTPServer
import JSON
import SQL
import Synchronization
import TestSupport
import Testing

@testable import API

/// Requests with large bodies, or for large profiles, next to small ones.
@Suite struct LargeRequestTests {
    private let fixture: APIFixture

    init() throws {
        fixture = try APIFixture()
    }

    private static let text = String(repeating: "x", count: 100_000)

    private static func large(host: String = "93.184.215.14") -> String {
        APIFixture.profile().replacing("<mobile>", with: text).replacing(
            "93.184.215.14", with: host)
    }

    private final class Hold: Sendable {
        private let isOver = Atomic(false)
        func end() { isOver.store(true, ordering: .relaxed) }
        func wait() { while !isOver.load(ordering: .relaxed) { usleep(1000) } }
    }

    /// Occupies all threads for large requests until the returned hold ends.
    private func occupyThreads() -> Hold {
        let hold = Hold()
        let work: @Sendable (Stores) -> Void = { _ in hold.wait() }
        for number in 1...4 {
            let job = Job(company: "H\(number)", work: work) { _ in }
            #expect(fixture.api.largeChanges.take(job))
            if number <= 2 { #expect(fixture.api.largeTriggers.take(job)) }
        }
        return hold
    }

    /// Waits until exactly this number of requests is queued, or until one is answered. More are
    /// queued until a thread takes the first one.
    private func wait(for count: Int, of queue: WorkerQueue, _ answers: [() -> Response?]) {
        let end = ContinuousClock.now + .seconds(60)
        while queue.waitingCount != count, answers.allSatisfy({ $0() == nil }), .now < end {
            usleep(1000)
        }
    }

    private func answer(_ given: () -> Response?) -> Response? {
        while given() == nil { usleep(1000) }
        return given()
    }

    private func trigger(_ id: String, _ text: String = "y") -> String {
        #"{"callback_profile": "\#(id)", "variables": {"text": "\#(text)"}}"#
    }

    @Test func largeChangesHaveThreadsOfTheirOwn() throws {
        let hold = occupyThreads()
        defer { hold.end() }
        let small = try fixture.profile()
        let large = [
            fixture.start("POST", "/callback/profiles", Self.large()),
            fixture.start("PATCH", "/callback/profiles/\(small)", Self.large()),
        ]
        wait(for: 2, of: fixture.api.largeChanges, large)
        #expect(fixture.call("POST", "/callback/profiles", APIFixture.profile()).status == 201)
        let change = #"{"title": "Parcels"}"#
        #expect(fixture.call("PATCH", "/callback/profiles/\(small)", change).status == 200)
        #expect(fixture.call("POST", "/callback/events", trigger(small)).status == 202)
        #expect(large.allSatisfy { $0() == nil })
        hold.end()
        #expect(large.map { answer($0)?.status } == [201, 200])
    }

    @Test func smallRequestForALargeProfileCountsAsLarge() throws {
        let made = fixture.call("POST", "/callback/profiles", Self.large())
        let id = try #require(made.data?["profile_id"]?.string)
        let small = try fixture.profile()
        let hold = occupyThreads()
        defer { hold.end() }
        let held = [
            fixture.start("PATCH", "/callback/profiles/\(id)", #"{"title": "Parcels"}"#),
            fixture.start("POST", "/callback/profiles/\(id)/disable", ""),
            fixture.start("POST", "/callback/profiles/\(id)/enable", ""),
        ]
        wait(for: 3, of: fixture.api.largeChanges, held)
        #expect(fixture.call("POST", "/callback/profiles/\(small)/disable").status == 200)
        // A trigger does not read the settings.
        #expect(fixture.call("POST", "/callback/events", trigger(id)).status == 202)
        #expect(held.allSatisfy { $0() == nil })
        hold.end()
        #expect(held.map { answer($0)?.status } == [200, 200, 200])
    }

    @Test func largeTriggersHaveThreadsOfTheirOwn() throws {
        let id = try fixture.profile()
        let hold = occupyThreads()
        defer { hold.end() }
        let held = [fixture.start("POST", "/callback/events", trigger(id, Self.text))]
        wait(for: 1, of: fixture.api.largeTriggers, held)
        #expect(fixture.call("POST", "/callback/events", trigger(id)).status == 202)
        #expect(held.allSatisfy { $0() == nil })
        hold.end()
        #expect(answer(held[0])?.status == 202)
    }

    /// The DNS holds the first one.
    @Test func companyHasOneLargeChangeAtATime() throws {
        let held = (1...4).map { _ in
            fixture.start(
                "POST", "/callback/profiles", Self.large(host: APIFixture.slowHost))
        }
        wait(for: 3, of: fixture.api.largeChanges, held)
        try #require(fixture.api.largeChanges.waitingCount == 3)
        let other = fixture.call(
            "POST", "/callback/profiles", Self.large(), key: fixture.otherKey,
            company: APIFixture.other)
        #expect(other.status == 201)
        #expect(fixture.call("POST", "/callback/profiles", APIFixture.profile()).status == 201)
        fixture.letDNSAnswer()
        #expect(held.map { answer($0)?.status } == [201, 201, 201, 201])
    }

    /// One thread waits for the attempts of all companies. It reads no profile.
    @Test func largeProfileDelaysNoOtherLongPoll() throws {
        let message = #""response_message": "Thanks","#
        let small = try fixture.profile(message)
        let large = fixture.call(
            "POST", "/callback/profiles",
            APIFixture.profile(message).replacing("<mobile>", with: Self.text))
        let id = try #require(large.data?["profile_id"]?.string)
        let hold = occupyThreads()
        defer { hold.end() }
        let answers = [id, small].map {
            fixture.start("POST", "/callback/events?wait=true", trigger($0))
        }
        let database = try Database(path: fixture.directory.path(of: "callbacks.db"))
        while try database.integer("SELECT count(*) FROM callbacks") < 2 { usleep(1000) }
        try database.execute("UPDATE callbacks SET state = 2, attempts = 1, finished_at = due")
        let shown = answer(answers[1])?.data?["callbacks"]?.array?.first?.object
        #expect(shown?["response_message"] == "Thanks" && shown?["state"] == "delivered")
        #expect(answers[0]() == nil)
        hold.end()
        #expect(answer(answers[0])?.text.contains("Thanks") == true)
    }
}
