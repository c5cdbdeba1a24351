import API
import CivilTime
import DeliveryLog
import HTTPServer
import Profiles
import SQL
import Storage
import Synchronization
import Testing

@testable import WebUI

/// The list, the page of one profile and its actions.
@Suite struct ProfilePageTests {
    private let fixture: WebUIFixture
    private let visitor: Visitor

    init() throws {
        fixture = try WebUIFixture()
        visitor = try Visitor(fixture)
    }

    private static func titles(_ visitor: Visitor, _ query: String) -> [String] {
        visitor.get("/profiles\(query)").text.matches(of: #/<h2><a href="[^"]*">([^<]*)</a>/#)
            .map { String($0.1) }
    }

    @Test func filtersTheListByTitleMethodAndDay() throws {
        _ = try fixture.make(
            #"{"title": "Calls", "http_method": "GET", "url": "https://93.184.215.14/"}"#)
        fixture.advance(seconds: 86_400)
        _ = try fixture.profile()
        let visitor = try Visitor(fixture)
        func titles(_ query: String) -> [String] { Self.titles(visitor, query) }
        #expect(titles("") == ["Orders", "Calls"])
        #expect(titles("?title=ord") == ["Orders"])
        #expect(titles("?http_method=get") == ["Calls"])
        #expect(titles("?created_from=2027-01-16") == ["Orders"])
        #expect(titles("?created_to=2027-01-15&title=&http_method=") == ["Calls"])
        let none = visitor.get("/profiles?title=nothing").text
        #expect(none.contains("No profile matches these filters") && none.contains("0 profiles"))
        #expect(none.contains("name=\"title\" type=\"search\" value=\"nothing\""))
    }

    @Test func reportsErrorsInAFilter() {
        let answer = visitor.get("/profiles?created_from=yesterday")
        #expect(answer.status == 400)
        let words = "Created from must be an RFC 3339 time, or a day such as 2026-11-20"
        #expect(answer.text.contains("<a href=\"#created-from\">\(words)</a>"))
        #expect(answer.text.contains("id=\"created-from-fault\">\(words)</p>"))
    }

    @Test func pagesThroughTheList() throws {
        for _ in 1...26 { _ = try fixture.profile() }
        let first = visitor.get("/profiles?title=o").text
        #expect(
            first.contains("26 profiles")
                && first.contains("href=\"/profiles?title=o&amp;offset=25\""))
        #expect(Self.titles(visitor, "").count == 25)
        #expect(Self.titles(visitor, "?offset=25").count == 1)
        #expect(visitor.get("/profiles?offset=25").text.contains("href=\"/profiles?offset=0\""))
    }

    @Test func showsADamagedProfileWithoutEditAndTest() throws {
        let id = try fixture.profile()
        let (edit, test) = (PageURL.of(.edit, id), PageURL.of(.test, id))
        try fixture.stores().log.database.execute("UPDATE profile_versions SET settings = x'01'")
        #expect(visitor.get("/profiles").text.contains("Damaged"))
        let page = visitor.get(PageURL.of(.profile, id))
        let words = "This profile cannot be read: version 1 of profile \(id) is damaged"
        #expect(page.status == 200 && page.text.contains(words))
        #expect(!page.text.contains(edit) && !page.text.contains(test))
        #expect(visitor.get(edit).status == 409 && visitor.get(test).status == 409)
    }

    @Test func enablesDisablesAndDeletes() throws {
        let id = try fixture.profile()
        #expect(
            visitor.post("/profiles/\(id)/disable")[header: "location"]
                == "/profiles/\(id)?done=disabled")
        let disabled = visitor.get("/profiles/\(id)?done=disabled").text
        #expect(
            disabled.contains("○</span> Disabled") && disabled.contains("The profile was disabled;")
        )
        #expect(disabled.contains("action=\"/profiles/\(id)/enable\""))
        #expect(!disabled.contains("action=\"/profiles/\(id)/disable\""))
        #expect(visitor.post("/profiles/\(id)/enable").status == 303)
        #expect(visitor.get("/profiles/\(id)").text.contains("✓</span> Active"))
        let question = visitor.get("/profiles/\(id)/delete").text
        #expect(question.contains("Delete Orders?") && visitor.get("/profiles/\(id)").status == 200)
        #expect(
            visitor.post("/profiles/\(id)/delete")[header: "location"] == "/profiles?done=deleted")
        #expect(visitor.get("/profiles/\(id)").status == 404)
        #expect(visitor.get("/profiles?done=deleted").text.contains("The profile was deleted."))
    }

    @Test func showsThatTheGatewayDisabledAProfile() throws {
        let id = try fixture.profile()
        _ = try fixture.stores().profiles.autoDisable(
            id, company: WebUIFixture.own, at: fixture.now.withLock { $0 })
        let page = visitor.get("/profiles/\(id)").text
        #expect(
            page.contains("Disabled automatically")
                && page.contains("The gateway disabled this profile"))
        #expect(page.contains("action=\"/profiles/\(id)/enable\""))
    }

    @Test func warnsAboutAnIVThatRepeatsANonce() throws {
        let id = try fixture.profile(
            #""enc": {"algo": "AES-128-GCM", "key": "0123456789abcdef", "IV": "0123456789abcdef"},"#
        )
        #expect(visitor.get("/profiles/\(id)").text.contains("reuses its nonce for every value"))
    }

    // MARK: Deliveries

    @Test func countsCallbacksByDayInTheCompanysTimeZone() throws {
        let (id, other) = (try fixture.profile(), try fixture.profile())
        // 13:30 in India on Friday 15 January 2027.
        let now = fixture.now.withLock { $0 }
        func attempt(_ callback: String, _ age: Int64, _ outcome: Outcome, of id: String) -> Attempt
        {
            Attempt(
                company: WebUIFixture.own, callbackID: callback,
                finishedAt: now.advanced(seconds: -age),
                outcome: outcome, status: outcome == .delivered ? 200 : 503, profileID: id)
        }
        let attempts = [
            attempt("a", 0, .delivered, of: id), attempt("b", 0, .failed, of: id),
            attempt("c", 0, .retrying, of: id), attempt("g", 0, .failed, of: other),
            // Late in the evening of the day before, but only in India.
            attempt("d", 13 * 3600 + 1860, .delivered, of: id),
            attempt("e", 13 * 86_400, .delivered, of: id),
            attempt("f", 15 * 86_400, .failed, of: id),
        ]
        try fixture.record(attempts)
        let page = visitor.get("/profiles/\(id)").text
        let rows = page.matches(
            of:
                #/<tr>\s<th scope="row">([^<]*)</th>[\s\S]*?<td>([0-9]+)</td>\s<td[^>]*>([0-9]+)</td>/#
        ).map { "\($0.1) \($0.2) \($0.3)" }
        #expect(rows.count == 14)
        #expect(rows[0] == "Fri 15 Jan 3 1" && rows[1] == "Thu 14 Jan 1 0")
        #expect(rows[13] == "Sat 2 Jan 1 0" && rows[2...12].allSatisfy { $0.hasSuffix(" 0 0") })
        #expect(page.contains("<dt>Delivered</dt><dd>3</dd>"))
        #expect(page.contains("<dt>Failed</dt><dd class=\"bad\">1</dd>"))
        #expect(page.contains("<dt>Delivery rate</dt><dd>75.00\u{A0}%</dd>"))
        #expect(page.contains("<rect class=\"retrying\" x=\"334\" y=\"0\" width=\"333\""))
    }

    @Test func showsRecentAttemptsAndReplaysAFailedOne() throws {
        let id = try fixture.profile()
        try fixture.trigger(id, "c-1")
        let stores = try fixture.stores()
        // The profile is disabled meanwhile, so that the callback fails permanently.
        #expect(visitor.post("/profiles/\(id)/disable").status == 303)
        try fixture.dispatch(stores)
        let page = visitor.get("/profiles/\(id)").text
        #expect(page.contains("✕</span> Failed") && page.contains("attempt 1 · disabled"))
        #expect(page.contains("name=\"callback_id\" value=\"c-1\""))
        let answer = visitor.post("/profiles/\(id)/replay", [("callback_id", "c-1")])
        #expect(answer[header: "location"] == "/profiles/\(id)?done=replayed")
        let again = visitor.post("/profiles/\(id)/replay", [("callback_id", "c-1")])
        #expect(again.status == 400 && again.text.contains("The callback has not finished yet."))
    }

    @Test func offersNoReplayForForeignCallbacks() throws {
        let id = try fixture.profile()
        try fixture.record([
            Attempt(
                company: WebUIFixture.own, callbackID: "foreign",
                finishedAt: fixture.now.withLock { $0 },
                outcome: .failed, status: 503, profileID: id)
        ])
        let page = visitor.get("/profiles/\(id)").text
        #expect(page.contains("foreign") && !page.contains("callback_id"))
    }

    // MARK: Tests

    @Test func testsAProfileWithTheGivenValues() throws {
        let id = try fixture.make(
            """
            {"title": "Orders", "http_method": "GET", "channel": "sms",
             "url": "http://127.0.0.1:1/in?to={mobile}"}
            """)
        let form = visitor.get("/profiles/\(id)/test").text
        #expect(form.contains("&quot;mobile&quot;:"))
        let answer = visitor.post("/profiles/\(id)/test", [("variables", #"{"mobile": "12345"}"#)])
        #expect(answer.status == 200 && answer.text.contains("GET http://127.0.0.1:1/in?to=12345"))
        #expect(answer.text.contains("The test callback failed."))
        let wrong = visitor.post("/profiles/\(id)/test", [("variables", "[1]")])
        #expect(wrong.status == 400 && wrong.text.contains("must be object"))
        #expect(wrong.text.contains(">\n[1]</textarea>"))
    }
}
