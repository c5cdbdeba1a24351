import CivilTime
import DeliveryLog
import TestSupport

/// The expected contents of the log, computed by brute force from all attempts.
struct Model {
    struct Key: Hashable {
        var company: String
        var callbackID: String
        var number: Int
        var finishedAt: Instant
    }

    var attempts: [Key: Attempt] = [:]

    mutating func record(_ attempt: Attempt) {
        let key = Key(
            company: attempt.company, callbackID: attempt.callbackID, number: attempt.number,
            finishedAt: attempt.finishedAt)
        guard let old = attempts[key] else {
            attempts[key] = attempt
            return
        }
        if Model.weight(attempt) > Model.weight(old) { attempts[key] = attempt }
    }

    /// Delivered over failed over retrying. The generator uses one set of fields per outcome.
    static func weight(_ attempt: Attempt) -> Int {
        let outcomes: [Outcome] = [.retrying, .failed, .delivered]
        return outcomes.firstIndex(of: attempt.outcome) ?? 0
    }

    /// Returns the latest attempt of each callback of a company that finished before an end.
    func latest(_ company: String, before end: Instant = Instant(milliseconds: .max)) -> [Attempt] {
        let candidates = attempts.values.filter { $0.company == company && $0.finishedAt < end }
        let groups = Dictionary(grouping: candidates, by: \.callbackID)
        return groups.values.compactMap { group in
            group.max { ($0.number, $0.finishedAt) < ($1.number, $1.finishedAt) }
        }
    }

    func tally(_ company: String, _ period: Period) -> Tally {
        latest(company).filter { period.contains($0.finishedAt) }
            .reduce(into: Tally()) { $0[$1.outcome] += 1 }
    }

    /// Returns all attempts at an endpoint that finished before an end.
    func attempts(_ company: String, _ endpoint: Endpoint, before end: Instant) -> [Attempt] {
        attempts.values.filter {
            $0.company == company && $0.endpoint == endpoint && $0.finishedAt < end
        }
    }

    func undeliveredRun(
        _ company: String, _ endpoint: Endpoint, asOf end: Instant, enough: Int
    ) -> UndeliveredRun? {
        let mine = attempts(company, endpoint, before: end)
        let delivered = mine.filter { $0.outcome == .delivered }.map(\.finishedAt).max()
        let run = mine.filter {
            $0.outcome != .delivered && $0.finishedAt > delivered ?? .distantPast
        }
        guard let since = run.map(\.finishedAt).min() else { return nil }
        let callbacks = min(enough, Set(run.map(\.callbackID)).count)
        return UndeliveredRun(since: since, callbacks: callbacks)
    }

    /// Returns the endpoints with an undelivered attempt in a period, or in the week before its end,
    /// that were failing at its end.
    func failing(_ company: String, in period: Period, by rule: FailureRule) -> Set<Endpoint> {
        let all = attempts.values.filter { $0.company == company && $0.finishedAt < period.end }
        let week = period.end.advanced(milliseconds: -7 * 86_400_000)
        let tried = all.filter {
            $0.outcome != .delivered && $0.finishedAt >= min(period.start, week)
        }
        let recent = rule.recentPeriod(at: period.end)
        let callbacks = latest(company, before: period.end).filter {
            recent.contains($0.finishedAt)
        }
        return Set(tried.map(\.endpoint)).filter { endpoint in
            let mine = callbacks.filter { $0.endpoint == endpoint }
            let situation = EndpointSituation(
                recent: mine.reduce(into: Tally()) { $0[$1.outcome] += 1 },
                undelivered: undeliveredRun(
                    company, endpoint, asOf: period.end, enough: rule.minimumTried))
            return rule.isFailing(situation, at: period.end)
        }
    }

    func moved(_ company: String, _ period: Period, before end: Instant) -> SupersededSincePeriod {
        var moved = SupersededSincePeriod(then: Tally(), recovered: 0)
        let now = Dictionary(
            uniqueKeysWithValues: latest(company, before: end).map { ($0.callbackID, $0) })
        let last = Dictionary(uniqueKeysWithValues: latest(company).map { ($0.callbackID, $0) })
        for then in latest(company, before: period.end) where period.contains(then.finishedAt) {
            guard let final = last[then.callbackID], final.finishedAt >= period.end else {
                continue
            }
            moved.then[then.outcome] += 1
            if then.outcome == .failed, now[then.callbackID]?.outcome == .delivered {
                moved.recovered += 1
            }
        }
        return moved
    }
}

extension Attempt {
    var endpoint: Endpoint {
        profileID.map { .profile($0) } ?? origin.map { .origin($0) } ?? .unknown
    }
}

extension Instant {
    static let distantPast = Instant(milliseconds: .min)
}

/// Generates attempts that collide, repeat and disagree on purpose.
struct AttemptGenerator {
    var random: SeededRandom
    let start = Instant(seconds: 1_790_000_000)

    init(seed: UInt64) {
        random = SeededRandom(seed: seed)
    }

    mutating func instant() -> Instant {
        let quarter = Int64.random(in: 0..<400, using: &random)
        let offset = [0, 1, 1000, 899_999, Int64.random(in: 0..<900_000, using: &random)]
        return start.rounded(downTo: 900_000).advanced(
            milliseconds: quarter * 900_000 + offset[Int.random(in: 0..<5, using: &random)])
    }

    /// Records of one attempt with the same outcome agree in all fields.
    mutating func attempt() -> Attempt {
        let callback = Int.random(in: 0..<300, using: &random)
        let number = Int.random(in: 1...3, using: &random)
        let finishedAt = instant()
        let outcome = Outcome.allCases[Int.random(in: 0..<3, using: &random)]
        var fields = SeededRandom(
            seed: UInt64(callback * 7 + number) &* UInt64(finishedAt.milliseconds)
                + UInt64(outcome.rawValue))
        return Attempt(
            company: callback % 3 == 0 ? "HB" : "HA", callbackID: "c\(callback)", number: number,
            finishedAt: finishedAt, outcome: outcome,
            reason: Reason.allCases[Int.random(in: 0..<10, using: &fields)],
            profileID: ["p1", "p2", nil][Int.random(in: 0..<3, using: &fields)],
            channel: ["sms", "voice", nil][Int.random(in: 0..<3, using: &fields)],
            origin: ["https://a.example", "https://b.example:8443", nil][
                Int.random(in: 0..<3, using: &fields)],
            durationMilliseconds: Int.random(in: 0..<5000, using: &fields))
    }

    mutating func period() -> Period {
        let (one, two) = (instant(), instant())
        return Period(start: min(one, two), end: max(one, two))
    }
}
