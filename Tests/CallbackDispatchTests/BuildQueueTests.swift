import CivilTime
import Profiles
import Storage
import Testing

@testable import CallbackDispatch
@testable import Curl

/// Which requests are built next, and how much memory they may use.
@Suite struct BuildQueueTests {
    private static let now = DispatchFixture.start
    private static let most = RequestLimits.bytes

    private func claim(_ id: Int64, _ company: String = "HA") -> Claim {
        Claim(
            id: id, callback: DispatchFixture.callback("c-\(id)", company: company), attempt: 1,
            triesLeft: 8, due: Self.now, leaseUntil: Self.now.advanced(seconds: 60), endpoint: id,
            speed: .steady)
    }

    private func request(_ size: Int) -> BuildJobResult.Outcome {
        let body = [UInt8](repeating: 32, count: size)
        return .made(.ready(OutgoingRequest(HTTPRequest(method: "POST", url: "", body: body))))
    }

    private func ids(_ job: BuildJob?) -> [Int64] { job?.items.map(\.id) ?? [] }

    /// Completes all jobs that can start now with requests of the given size, and returns the
    /// ids of the requests that were built.
    private func make(_ queue: inout BuildQueue, size: Int) -> [Int64] {
        queue.jobs(at: Self.now).flatMap { job in
            var built = BuildJobResult(job: job)
            let isTooLong = size > job.limit
            for item in job.items {
                built.outcomes.append((item.id, isTooLong ? .made(.exceedsLimit) : request(size)))
            }
            return queue.complete(built).map(\.claim.id)
        }
    }

    /// Completes jobs until nothing more may be built.
    private func makeAll(_ queue: inout BuildQueue, size: Int) -> [Int64] {
        var (made, misses) = ([Int64](), 0)
        while misses < 2 {
            let next = make(&queue, size: size)
            made += next
            misses = next.isEmpty ? misses + 1 : 0
        }
        return made
    }

    @Test func aCompanyHasOneOrderAtATime() throws {
        var queue = BuildQueue()
        queue.add(claim(1))
        queue.add(claim(2))
        let job = try #require(queue.jobs(at: Self.now).first)
        #expect(ids(job) == [1, 2])
        queue.add(claim(3))
        queue.add(claim(4, "HB"))
        #expect(queue.jobs(at: Self.now).map(\.company) == ["HB"])
        _ = queue.complete(BuildJobResult(job: job, outcomes: [(1, request(1)), (2, request(1))]))
        #expect(queue.jobs(at: Self.now).map(ids) == [[3]])
    }

    /// One that takes a second delays no short ones.
    @Test func aCompanyHasShortOrdersWhileALongRequestIsMade() throws {
        var queue = BuildQueue()
        queue.add(claim(1))
        _ = make(&queue, size: Self.most)
        #expect(queue.jobs(at: Self.now).map(\.isLong) == [true])
        queue.add(claim(2))
        #expect(make(&queue, size: 1) == [2])
        queue.add(claim(3))
        #expect(make(&queue, size: Self.most).isEmpty)
        // A company has one long job at a time.
        #expect(queue.jobs(at: Self.now).isEmpty)
    }

    @Test func whatWasNotMadeInATurnIsTheFirstOfTheNext() throws {
        var queue = BuildQueue()
        for id: Int64 in 1...4 { queue.add(claim(id)) }
        let job = try #require(queue.jobs(at: Self.now).first)
        queue.add(claim(5))
        let done = queue.complete(BuildJobResult(job: job, outcomes: [(1, request(1))]))
        #expect(done.map(\.claim.id) == [1])
        #expect(ids(queue.jobs(at: Self.now).first) == [2, 3, 4, 5])
    }

    @Test func aLongRequestIsMadeByItselfWithTheWholeLimit() throws {
        var queue = BuildQueue()
        queue.add(claim(1))
        #expect(make(&queue, size: BuildLimits.short + 1).isEmpty)
        queue.add(claim(2))
        let jobs = queue.jobs(at: Self.now)
        #expect(jobs.map(ids) == [[2], [1]] && jobs.map(\.isLong) == [false, true])
        #expect(queue.bytesTaken == Self.most)
        let long = queue.complete(
            BuildJobResult(job: jobs[1], outcomes: [(1, request(1_000_000))]))
        let short = queue.complete(BuildJobResult(job: jobs[0], outcomes: [(2, request(1))]))
        let done = long + short
        #expect(done.map(\.claim.id) == [1, 2])
        #expect(queue.bytesTaken == 1_000_000)
        for (claim, _) in done { queue.end(claim) }
        #expect(queue.bytesTaken == 0 && queue.jobs(at: Self.now).isEmpty)
    }

    @Test func theLongRequestsOfACompanyHaveOnlyItsPartOfTheMemory() {
        var queue = BuildQueue()
        for id: Int64 in 1...100 { queue.add(claim(id)) }
        let made = makeAll(&queue, size: Self.most)
        #expect(made.count == BuildLimits.bytesForCompany / Self.most)
        #expect(queue.bytesTaken == BuildLimits.bytesForCompany)
        // One ends, and the next one has its memory.
        queue.end(claim(made[0]))
        #expect(make(&queue, size: Self.most).count == 1)
    }

    @Test func allLongRequestsTogetherHaveALimit() {
        var queue = BuildQueue()
        for company in 1...20 {
            for number in 1...10 { queue.add(claim(Int64(company * 100 + number), "H\(company)")) }
        }
        _ = makeAll(&queue, size: Self.most)
        #expect(queue.bytesTaken <= BuildLimits.bytes)
        #expect(queue.bytesTaken > BuildLimits.bytes / 2)
        // Short requests need no leave.
        queue.add(claim(1, "HZ"))
        #expect(make(&queue, size: BuildLimits.short).contains(1))
    }

    /// Receivers that hang hold the memory of requests for 15 seconds.
    @Test func companyThatHoldsNothingNeverWaitsForOthersThatHoldTheirShare() {
        var queue = BuildQueue()
        // Each company takes what it can get before the next one comes.
        for company in 1...8 {
            for number in 1...10 { queue.add(claim(Int64(company * 100 + number), "H\(company)")) }
            #expect(!makeAll(&queue, size: 3_900_000).isEmpty)
        }
        queue.add(claim(1, "HZ"))
        #expect(makeAll(&queue, size: 3_900_000) == [1])
    }

    @Test func scarceMemoryIsUsedForSmallerRequests() throws {
        var queue = BuildQueue()
        for company in 1...30 {
            for number in 1...10 { queue.add(claim(Int64(company * 100 + number), "H\(company)")) }
        }
        _ = makeAll(&queue, size: Self.most)
        for id: Int64 in 1...2 { queue.add(claim(id, "HZ")) }
        #expect(makeAll(&queue, size: 100_000).contains(1))
        // One that needs more than what is left waits, and is not built again until there is more.
        var other = BuildQueue(bytes: 8 << 20)
        for number in 1...2 { other.add(claim(Int64(number), "H\(number)")) }
        _ = make(&other, size: Self.most)
        #expect(makeAll(&other, size: Self.most).count == 1)
        #expect(other.jobs(at: Self.now).isEmpty)
        let first = try #require(Set<Int64>([1, 2]).subtracting(other.unbuilt.map(\.id)).first)
        other.end(claim(first, "H\(first)"))
        #expect(makeAll(&other, size: Self.most).count == 1)
        #expect(other.unbuilt.isEmpty)
    }

    @Test func whatIsStoppedGivesBackWhatNoOrderHas() throws {
        var queue = BuildQueue()
        queue.add(claim(1))
        let job = try #require(queue.jobs(at: Self.now).first)
        for id: Int64 in 2...3 { queue.add(claim(id, id == 2 ? "HA" : "HB")) }
        #expect(Set(queue.takeWaiting().map(\.id)) == [2, 3])
        #expect(queue.unbuilt.map(\.id) == [1])
        #expect(queue.complete(BuildJobResult(job: job)).isEmpty)
        #expect(queue.takeWaiting().map(\.id) == [1])
        #expect(queue.unbuilt.isEmpty)
    }

    @Test func aLongRequestThatWasNotMadeKeepsNoMemory() throws {
        var queue = BuildQueue()
        queue.add(claim(1))
        _ = make(&queue, size: Self.most)
        let job = try #require(queue.jobs(at: Self.now).first)
        #expect(job.isLong && ids(job) == [1])
        #expect(queue.complete(BuildJobResult(job: job)).isEmpty)
        #expect(queue.bytesTaken == 0)
        #expect(ids(queue.jobs(at: Self.now).first) == [1])
    }

    @Test func aLeaseIsRenewedWhileTheRequestIsMade() {
        var queue = BuildQueue()
        queue.add(claim(1))
        let end = Self.now.advanced(seconds: 600)
        let isKnown = (queue.renew(1, until: end), queue.renew(2, until: end))
        #expect(isKnown == (true, false))
        #expect(queue.unbuilt.map(\.leaseUntil) == [end])
    }
}
