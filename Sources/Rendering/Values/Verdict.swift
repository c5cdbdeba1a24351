import DeliveryLog
import Reporting

/// The overall result of a report. The subject, the headline and the status box are derived from it
/// and agree.
struct Verdict {
    private let totals: Tally
    private let failing: Int
    private let disabled: Int
    private let hidden: Int
    /// The failed callbacks of earlier periods that no report contained.
    private let unreported: Int
    /// Why no report contained them.
    private let reason: String
    /// The callbacks that were last tried before the period and are still retrying.
    private let earlier: Int
    private let quiet: Notes.Quiet?
    private let silence: Silence?
    private let progress: Report.Progress

    init(_ report: Report) {
        totals = report.totals
        failing = report.failing.count
        disabled = report.notes.disabled.count
        hidden = report.notes.shared.hidden
        unreported = report.lateFailures + report.skippedFailures
        reason = report.skippedFailures == 0 ? "recorded late" : "not reported before"
        earlier = report.earlierRetrying
        quiet = report.notes.quiet
        silence = Silence(report.notes)
        progress = report.progress
    }

    /// Whether the log is or was silent for an unusually long time.
    private enum Silence {
        case isSilent
        /// The log has records again.
        case wasSilent

        init?(_ notes: Notes) {
            if case .silent(_, let until) = notes.quiet {
                self = until == nil ? .isSilent : .wasSilent
            } else if notes.silences.isEmpty {
                return nil
            } else {
                self = .wasSilent
            }
        }
    }

    /// The state of the status box.
    enum State {
        /// Something is wrong.
        case bad
        /// Nothing has failed, but not all callbacks are delivered.
        case waiting
        case good
    }

    var state: State {
        guard failing == 0, disabled == 0, hidden == 0, unreported == 0, totals.failed == 0 else {
            return .bad
        }
        if silence != nil { return .waiting }
        let isComplete = totals.retrying == 0 && earlier == 0
        return totals.delivered > 0 && isComplete ? .good : .waiting
    }

    /// The state as text.
    var label: String {
        if progress == .notBegun { return "No data yet" }
        if state == .bad || silence != nil || quiet == .neverAny { return "Needs attention" }
        if state == .good { return "All good" }
        return totals.callbacks + earlier == 0 ? "No activity" : "Still retrying"
    }

    /// The headline of the status box: `1 endpoint failing, 7 callbacks not delivered yet`.
    var headline: String {
        let phrases = phrases(isShort: false)
        guard phrases.isEmpty else { return phrases.joined(separator: ", ") }
        if progress == .notBegun { return "This period has not begun" }
        guard totals.delivered > 0 else {
            return progress == .ongoing ? "No callbacks so far" : "No callbacks in this period"
        }
        guard totals.delivered > 1 else { return "1 callback delivered\(soFar)" }
        return "All \(Self.count(totals.delivered, "callback")) delivered\(soFar)"
    }

    /// What follows good news about a period that has not ended.
    private var soFar: String { progress == .ongoing ? " so far" : "" }

    /// The result for the subject: `1 endpoint failing, 7 not delivered yet`.
    var subject: String {
        let phrases = phrases(isShort: true)
        guard phrases.isEmpty else { return phrases.joined(separator: ", ") }
        if progress == .notBegun { return "Not begun" }
        return (totals.delivered > 0 ? "All delivered" : "No callbacks") + soFar
    }

    /// Returns the worst problem, a silence of the log, disabled endpoints, the callbacks that are
    /// still retrying, and failures of earlier periods, which are the worst problem if there is no
    /// other.
    ///
    /// - Parameter isShort: whether to omit words that the longer form has.
    private func phrases(isShort: Bool) -> [String] {
        var phrases = problems(isShort: isShort)
        if let first = phrases.first {
            phrases[0] = first.prefix(1).uppercased() + first.dropFirst()
        }
        return phrases
    }

    private func problems(isShort: Bool) -> [String] {
        var phrases: [String] = []
        if totals.failed > 0 {
            phrases.append("\(Self.count(totals.failed, isShort ? nil : "callback")) failed")
        } else if failing > 0 {
            phrases.append("\(Self.count(failing, "endpoint")) failing")
        }
        if disabled > 0 {
            phrases.append("\(Self.count(disabled, "endpoint")) disabled")
        } else if hidden > 0, phrases.isEmpty {
            phrases.append(
                "\(Self.count(hidden, "attempt")) not counted because of shared callback IDs")
        }
        let worst = phrases.count
        if totals.retrying > 0 {
            // The noun is clear directly after "4 callbacks failed".
            let isClear = totals.failed > 0 && disabled == 0 && silence == nil
            let noun = isShort || isClear ? nil : "callback"
            phrases.append("\(Self.count(totals.retrying, noun)) not delivered yet")
        }
        if earlier > 0 {
            let phrase = isShort ? "\(earlier) earlier" : Self.count(earlier, "earlier callback")
            phrases.append("\(phrase) not delivered yet")
        }
        if unreported > 0 {
            let reason = isShort ? "" : " (\(reason))"
            let phrase = "\(Self.count(unreported, "earlier callback")) failed\(reason)"
            phrases.insert(phrase, at: worst == 0 ? 0 : phrases.count)
        }
        if let silence {
            phrases.insert(words(silence, isShort), at: min(1, worst + min(unreported, 1)))
        }
        return phrases
    }

    private func words(_ silence: Silence, _ isShort: Bool) -> String {
        switch (silence, isShort) {
        case (.isSilent, true): "log silent"
        case (.wasSilent, true): "log was silent"
        case (.isSilent, false): "the log is silent"
        case (.wasSilent, false): "the log was silent"
        }
    }

    /// Returns a number and a noun, joined by a no-break space.
    private static func count(_ number: Int, _ noun: String?) -> String {
        guard let noun else { return NumberFormat.grouped(number) }
        return "\(NumberFormat.grouped(number))\u{A0}\(noun)\(number == 1 ? "" : "s")"
    }

    /// The sentence below the headline, or nil if there is nothing to add.
    var summary: String? {
        guard totals.callbacks > 0 else { return nil }
        let counted =
            "\(NumberFormat.grouped(totals.delivered)) of "
            + "\(NumberFormat.callbacks(totals.callbacks)) delivered"
        let waiting = "\(NumberFormat.grouped(totals.retrying)) still retrying"
        switch (totals.failed > 0, totals.retrying > 0) {
        case (false, false):
            return state == .good ? "No failures and no pending retries." : "\(counted)."
        case (false, true): return "\(counted), \(waiting)."
        case (true, false): return "\(counted). Delivery rate \(NumberFormat.rate(of: totals))."
        case (true, true):
            let rate = NumberFormat.rate(of: totals)
            return "\(counted), \(waiting). Delivery rate excluding retries: \(rate)."
        }
    }
}

extension NumberFormat {
    /// Returns the delivery rate as text: `97.56 %`, or `–` if it is not known.
    static func rate(of tally: Tally) -> String { tally.deliveryRate.map(rate) ?? "–" }
}
