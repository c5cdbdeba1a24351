import CivilTime
import Concurrency
import Curl
import Profiles
import Storage

/// The claims whose requests are being built or wait for it.
///
/// A company has one job for short requests at a time, and one for a long request. Short requests
/// are not counted. A request that turns out to be long holds its size until its exchange ends,
/// which takes up to 15 seconds if the receiver hangs.
///
/// Half of the memory is reserved for companies that use none yet, so that a company that uses a
/// lot does not delay them. When memory is scarce, requests that fit into what is left are built,
/// and only larger ones wait.
struct BuildQueue {
    private struct Company {
        /// The ids of the claims that are not part of a job.
        var short: [Int64] = []
        var long: [Int64] = []
        var hasShortJob = false
        var hasLongJob = false

        var isEmpty: Bool { short.isEmpty && long.isEmpty && !hasJob }
        var hasJob: Bool { hasShortJob || hasLongJob }
    }

    private var companies: [String: Company] = [:]
    private var claims: [Int64: Claim] = [:]
    /// The bytes of long requests: the maximum while one is built, then its actual size.
    private var bytes: FairShareLimiter
    /// The sizes of the long requests that were built, by claim.
    private var sizes: [Int64: Int] = [:]
    /// Sizes that requests are known to exceed, by claim.
    private var exceededSizes: [Int64: Int] = [:]

    init(bytes: Int = BuildLimits.bytes, forCompany: Int = BuildLimits.bytesForCompany) {
        self.bytes = FairShareLimiter(total: bytes, maxPerCompany: forCompany)
    }

    /// The bytes of all long requests, built or being built.
    var bytesTaken: Int { bytes.taken }

    /// The claims whose requests are not built yet.
    var unbuilt: some Collection<Claim> { claims.values }

    mutating func add(_ claim: Claim) {
        claims[claim.id] = claim
        companies[claim.callback.company, default: Company()].short.append(claim.id)
    }

    /// Returns the jobs that can start now.
    mutating func jobs(at now: Instant) -> [BuildJob] {
        companies.keys.flatMap { name in
            [shortJob(of: name, at: now), longJob(of: name, at: now)].compactMap(\.self)
        }
    }

    private mutating func shortJob(of name: String, at now: Instant) -> BuildJob? {
        guard let company = companies[name], !company.hasShortJob, !company.short.isEmpty
        else { return nil }
        companies[name]?.short = []
        companies[name]?.hasShortJob = true
        return BuildJob(company: name, now: now, items: company.short.compactMap(item))
    }

    private mutating func longJob(of name: String, at now: Instant) -> BuildJob? {
        guard let company = companies[name], !company.hasLongJob,
            let item = company.long.first.flatMap(item)
        else { return nil }
        let limit = min(RequestLimits.bytes, available(for: name))
        // Twice as much each time, so that a request is built only a few times.
        let exceeded = exceededSizes[item.id, default: BuildLimits.short]
        guard limit >= min(RequestLimits.bytes, 2 * exceeded) else { return nil }
        bytes.take(limit, for: name)
        companies[name]?.long.removeFirst()
        companies[name]?.hasLongJob = true
        return BuildJob(company: name, now: now, items: [item], isLong: true, limit: limit)
    }

    private func available(for company: String) -> Int {
        let room = bytes.available(for: company)
        guard bytes.count(of: company) > 0 else { return room }
        return min(room, bytes.total / 2 - bytes.taken)
    }

    private func item(_ id: Int64) -> BuildJob.Item? {
        claims[id].map { BuildJob.Item(id: id, callback: $0.callback) }
    }

    /// Takes the result of a job and returns the claims that have an outcome.
    mutating func complete(
        _ built: BuildJobResult
    ) -> [(claim: Claim, outcome: BuildJobResult.Outcome)] {
        let job = built.job
        if job.isLong { bytes.free(job.limit, of: job.company) }
        putBack(built)
        return built.outcomes.compactMap { id, outcome in
            if isTooLong(outcome, for: job) { return nil }
            guard let claim = claims.removeValue(forKey: id) else { return nil }
            exceededSizes[id] = nil
            if job.isLong, case .made(.ready(let outgoing)) = outcome {
                sizes[id] = outgoing.request.size
                bytes.take(outgoing.request.size, for: job.company)
            }
            return (claim, outcome)
        }
    }

    /// Keeps the claims that must be built by another job.
    private mutating func putBack(_ built: BuildJobResult) {
        let job = built.job
        let left = job.items.dropFirst(built.outcomes.count).map(\.id)
        let tooLong = built.outcomes.filter { isTooLong($0.outcome, for: job) }.map(\.id)
        var company = companies[job.company] ?? Company()
        if job.isLong {
            company.hasLongJob = false
            company.long = left + tooLong + company.long
            for id in tooLong { exceededSizes[id] = job.limit }
        } else {
            company.hasShortJob = false
            company.short = left + company.short
            company.long += tooLong
        }
        companies[job.company] = company.isEmpty ? nil : company
    }

    /// Whether another job must build the request with a higher limit.
    private func isTooLong(_ outcome: BuildJobResult.Outcome, for job: BuildJob) -> Bool {
        guard case .made(.exceedsLimit) = outcome else { return false }
        return job.limit < RequestLimits.bytes
    }

    /// Removes and returns the claims that are not part of a job.
    mutating func takeWaiting() -> [Claim] {
        let waiting = companies.values.flatMap { $0.short + $0.long }
        companies = companies.filter(\.value.hasJob).mapValues { company in
            Company(
                hasShortJob: company.hasShortJob, hasLongJob: company.hasLongJob)
        }
        for id in waiting { exceededSizes[id] = nil }
        return waiting.compactMap { claims.removeValue(forKey: $0) }
    }

    /// Frees the memory of a claim's request after its exchange, or if it is not sent.
    mutating func end(_ claim: Claim) {
        guard let size = sizes.removeValue(forKey: claim.id) else { return }
        bytes.free(size, of: claim.callback.company)
    }

    /// Records that the lease of a claim was renewed. Returns false for other claims.
    mutating func renew(_ id: Int64, until end: Instant) -> Bool {
        guard claims[id] != nil else { return false }
        claims[id]?.leaseUntil = end
        return true
    }
}
