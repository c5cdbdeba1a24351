import API
import HTTPServer
import Testing

@Suite struct MetricsTests {
    private func served(_ call: String?, _ status: Int?, _ duration: Duration) -> ServedRequest {
        var answer = status.map { Response(status: $0) }
        answer?.facts.call = call
        return ServedRequest(
            head: RequestHead(method: "GET", target: "/"), answer: answer, duration: duration)
    }

    @Test func countsTheRequestsOfEachCall() throws {
        let fixture = try APIFixture()
        fixture.api.observe(served("profile.show", 404, .milliseconds(1)))
        fixture.api.observe(served("profile.show", 200, .milliseconds(250)))
        fixture.api.observe(served("profile.show", 200, .seconds(11)))
        fixture.api.observe(served(nil, nil, .zero))
        let lines = fixture.ask("GET", "/metrics", headers: []).text.split(separator: "\n")
        let samples = lines.filter { $0.hasPrefix("callback_gateway_request") }
            .map { $0.dropFirst("callback_gateway_".count) }
        let bounds = [
            "0.001", "0.0025", "0.005", "0.01", "0.025", "0.05", "0.1", "0.5", "2.5", "10.0",
        ]
        let buckets = { (call: String, counts: [Int]) in
            zip(bounds, counts).map {
                #"request_duration_seconds_bucket{call="\#(call)",le="\#($0)"} \#($1)"#
            }
        }
        #expect(
            samples.map(String.init) == [
                #"requests_total{call="none",status="499"} 1"#,
                #"requests_total{call="profile.show",status="200"} 2"#,
                #"requests_total{call="profile.show",status="404"} 1"#,
            ] + buckets("none", [Int](repeating: 1, count: 10)) + [
                #"request_duration_seconds_bucket{call="none",le="+Inf"} 1"#,
                #"request_duration_seconds_sum{call="none"} 0.0"#,
                #"request_duration_seconds_count{call="none"} 1"#,
            ] + buckets("profile.show", [1, 1, 1, 1, 1, 1, 1, 2, 2, 2]) + [
                #"request_duration_seconds_bucket{call="profile.show",le="+Inf"} 3"#,
                #"request_duration_seconds_sum{call="profile.show"} 11.251"#,
                #"request_duration_seconds_count{call="profile.show"} 3"#,
            ])
    }
}
