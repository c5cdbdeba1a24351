import Testing

@testable import Ingest

/// The samples follow the published API schemas of the two projects.
@Suite struct RecordMappingTests {
    private func outcome(of line: String, _ format: RecordMapping, company: String?) -> String {
        var parser = MappedRecordParser(format, company: company)
        return IngestTests.outcome(of: line, by: &parser)
    }

    private func svix(_ changes: [String: String?] = [:]) -> String {
        let fields = [
            "id": #""atmpt_2abcdefghijklmnopqrstuvwxyz""#, "msgId": #""msg_1""#,
            "endpointId": #""ep_1""#, "timestamp": #""2026-03-04T10:00:00.250Z""#, "status": "0",
            "statusText": #""success""#, "triggerType": "0", "responseStatusCode": "204",
            "responseDurationMs": "1500", "response": #""{}""#,
            "url": #""https://hooks.example.com/in?key=1""#,
            "msg": #"{"id":"msg_1","eventType":"invoice.paid","payload":{"data":[1]}}"#,
        ]
        return outcome(of: object(fields, changes), .svix, company: "H1")
    }

    private func convoy(_ changes: [String: String?] = [:], company: String? = nil) -> String {
        let fields = [
            "uid": #""01HDELIVERY""#, "project_id": #""01HPROJECT""#, "event_id": #""01HEVENT""#,
            "endpoint_id": #""01HENDPOINT""#, "status": #""Success""#,
            "metadata": #"{"data":{"x":1},"num_trials":3,"retry_limit":5}"#,
            "updated_at": #""2026-03-04T10:00:00.123456Z""#, "event_type": #""invoice.paid""#,
            "created_at": #""2026-03-04T09:00:00Z""#, "latency_seconds": "1.25",
            "target_url": #""https://hooks.example.com/in""#, "description": #""""#,
        ]
        return outcome(of: object(fields, changes), .convoy, company: company)
    }

    private func object(_ fields: [String: String], _ changes: [String: String?]) -> String {
        var fields = fields
        for (name, value) in changes { fields[name] = value }
        return "{" + fields.map { "\"\($0)\":\($1)" }.joined(separator: ",") + "}"
    }

    @Test func svixAttemptEndsAfterItsDuration() {
        #expect(
            svix() == "H1/msg_1/ep_1#1 2026-03-04T10:00:01.750Z delivered status 204 profile ep_1 "
                + "event invoice.paid https://hooks.example.com ms 1500")
    }

    @Test(arguments: [
        ("0", "200", "", "delivered status 200"), ("2", "500", "x", "failed http_5xx status 500"),
        ("2", "404", "request timed out", "failed http_4xx status 404"),
        ("2", "0", "request timed out", "failed timeout"),
        ("2", "0", "error resolving name: no record found", "failed dns"),
        (
            "2", "0", "requests to this IP range are blocked (see the server configuration)",
            "failed blocked"
        ),
        ("2", "0", "error making request: client error (Connect)", "failed connect"),
        ("2", "0", "error forming request: bad", "failed other"),
        ("3", "503", "", "retrying http_5xx status 503"), ("4", "0", "", "failed other"),
    ])
    func svixStatesAndErrors(state: String, code: String, answer: String, expected: String) {
        let found = svix([
            "status": state, "responseStatusCode": code, "response": "\"\(answer)\"", "msg": nil,
        ])
        #expect(
            found == "H1/msg_1/ep_1#1 2026-03-04T10:00:01.750Z \(expected) profile ep_1 "
                + "https://hooks.example.com ms 1500")
    }

    @Test(arguments: [
        ("status", "1", "/status: 1 is not a final state; import the record again later"),
        ("status", "7", "/status: 7 is not one of 0, 1, 2, 3, 4"),
        ("status", nil, "/status is missing"), ("msgId", nil, "/msgId is missing"),
        ("endpointId", "null", "/endpointId is missing"),
        (
            "msgId", "1",
            "/msgId: 1 is not a string of 1 to 200 bytes without control characters"
        ),
        ("timestamp", nil, "/timestamp is missing"),
        ("timestamp", #""now""#, "/timestamp: 'now' is neither an RFC 3339 time nor a Unix time"),
        ("responseStatusCode", "9", "/responseStatusCode: 9 is not an HTTP status from 100 to 599"),
        (
            "msg", #"{"eventType":2}"#,
            "/msg/eventType: 2 is not a string of 1 to 200 bytes without control characters"
        ),
    ])
    func svixErrorIsReportedWithPlace(name: String, value: String?, expected: String) {
        #expect(svix([name: value]) == expected)
    }

    @Test func convoyDeliveryIsLatestAttempt() {
        let rest =
            "01HDELIVERY#3 2026-03-04T10:00:00.123Z delivered profile 01HENDPOINT "
            + "event invoice.paid https://hooks.example.com ms 1250"
        #expect(convoy() == "01HPROJECT/" + rest)
        #expect(convoy(company: "H1") == "H1/" + rest)
        #expect(convoy(["project_id": nil], company: "H1") == "H1/" + rest)
    }

    @Test(arguments: [
        ("Failure", "3", "#3", "failed other"), ("Retry", "2", "#2", "retrying other"),
        ("Discarded", "0", "#1", "failed disabled"), ("Success", "1", "#1", "delivered"),
    ])
    func convoyStates(state: String, trials: String, number: String, expected: String) {
        let found = convoy([
            "status": "\"\(state)\"", "metadata": "{\"num_trials\":\(trials)}",
            "latency_seconds": "0", "event_type": nil, "target_url": #""""#,
            "endpoint_metadata": #"{"url":"https://other.example.com:8443/x"}"#,
        ])
        #expect(
            found == "01HPROJECT/01HDELIVERY\(number) 2026-03-04T10:00:00.123Z \(expected) "
                + "profile 01HENDPOINT https://other.example.com:8443")
    }

    @Test(arguments: [
        (
            "status", #""Scheduled""#,
            "/status: 'Scheduled' is not a final state; import the record again later"
        ),
        (
            "status", #""Processing""#,
            "/status: 'Processing' is not a final state; import the record again later"
        ),
        (
            "status", #""Lost""#,
            "/status: 'Lost' is not one of Success, Failure, Retry, Discarded, Scheduled, Processing"
        ),
        ("uid", nil, "/uid is missing"), ("updated_at", nil, "/updated_at is missing"),
        ("project_id", nil, "/project_id is missing; name the company with '--company SID'"),
        (
            "metadata", #"{"num_trials":-1}"#,
            "/metadata/num_trials: -1 is not a whole number from 1 to 2147483647"
        ),
    ])
    func convoyErrorIsReportedWithPlace(name: String, value: String?, expected: String) {
        #expect(convoy([name: value]) == expected)
    }

    @Test(arguments: [
        #"{"status":true,"message":"ok","data":{"content":null,"pagination":{}}}"#,
        #"{"content":null,"pagination":{"has_next_page":false}}"#, #"{"data":null}"#,
    ])
    func nullListHasNoRecords(answer: String) {
        #expect(outcome(of: answer, .convoy, company: nil) == "nothing")
        #expect(convoy(["data": "null"]).hasPrefix("01HPROJECT/01HDELIVERY#3"))
    }

    /// The IDs identify one delivery to one endpoint: message and endpoint for Svix, and the event
    /// delivery for Convoy.
    @Test func twoEndpointsOfOneEventAreTwoCallbacks() {
        #expect(svix(["endpointId": #""ep_2""#]).hasPrefix("H1/msg_1/ep_2#1"))
        #expect(convoy(["uid": #""02""#, "endpoint_id": #""02""#]).hasPrefix("01HPROJECT/02#3"))
    }

    @Test func nonObjectIsReported() {
        #expect(outcome(of: "[1]", .svix, company: "H1") == "not a JSON object")
        #expect(outcome(of: "{", .convoy, company: nil) == "not JSON")
    }
}
