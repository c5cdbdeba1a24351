import Glibc
import JSON
import TestSupport
import Testing

/// One profile in the database is damaged, and one company is removed from the configuration.
@Suite struct DamagedProfileTests {
    private let receiver: ScriptedHTTPReceiver
    private let fixture: SendingFixture
    private let (broken, whole): (String, String)

    init() throws {
        receiver = try ScriptedHTTPReceiver()
        fixture = try SendingFixture()
        broken = try fixture.profile(receiver.origin + "/broken")
        whole = try fixture.profile(receiver.origin + "/whole")
    }

    private func damage() throws {
        try fixture.directory.sqlite3(
            "callbacks.db",
            """
            UPDATE profile_versions SET settings = CAST(
                substr(settings, 1, 20) || x'00' || substr(settings, 22) AS BLOB) WHERE profile = 1
            """)
    }

    @Test func onlyTheCallbacksOfTheDamagedProfileFail() throws {
        for number in 1...3 {
            try fixture.send(broken, id: "b-\(number)")
            try fixture.send(whole, id: "w-\(number)")
        }
        try damage()
        #expect(try fixture.dispatch().output == "3 delivered, 3 failed\n")
        #expect(Set(receiver.requests.compactMap(\.callbackID)) == ["w-1", "w-2", "w-3"])
        let failed = try fixture.deliveries("--outcome", "failed")
        #expect(failed.count == 3 && failed.allSatisfy { $0["error"] == "other" })
        let words =
            "version 1 of profile \(broken) is damaged in the database; restore it from a "
            + "backup"
        #expect(failed.allSatisfy { $0["fault"]?.string == words })
        let refused = try fixture.run(
            "send", "--company", "HA", "--profile", broken, "--callback-id", "b-4")
        #expect(refused.status == 65 && (refused.output + refused.errors).contains(words))
    }

    @Test func checkAndVerifyReportTheDamagedProfile() throws {
        #expect(try fixture.run("verify") == prints("profiles: 2, all readable\n"))
        try damage()
        for command in ["check", "verify"] {
            let run = try fixture.run(command)
            #expect(run.status == 74 && run.output.contains("profiles: 2, 1 damaged\n"))
            #expect(run.errors.contains("HA: version 1 of profile \(broken) is damaged"))
        }
        let listed = try fixture.run("profile", "list", "--company", "HA")
        #expect(listed.status == 0 && listed.output.contains(#/IN_\S+ +damaged +POST/#))
        #expect(listed.output.contains(#/IN_\S+ +active +POST/#))
        let shown = try fixture.run("profile", "show", "--company", "HA", broken)
        #expect(shown.status == 0 && shown.output.contains("\"damaged\""))
    }

    @Test func checkCreatesNothing() throws {
        let fresh = try SendingFixture()
        let run = try fresh.run("check")
        #expect(run.status == 0 && run.output.contains("callbacks.db does not exist yet"))
        #expect(try fresh.directory.names() == ["callback-reports.json"])
        #expect(try fresh.run("verify").status == 66)
    }

    @Test func callbacksOfARemovedCompanyWait() throws {
        try fixture.send(whole, id: "c-1")
        let text = try fixture.directory.text(of: "callback-reports.json")
        try fixture.directory.write(
            text.replacing("\"HA\"", with: "\"HC\""), to: "callback-reports.json")
        let dispatched = try fixture.dispatch()
        #expect(dispatched.output == "1 retrying\n" && dispatched.status == 75)
        #expect(receiver.requests.isEmpty)
        try fixture.directory.write(text, to: "callback-reports.json")
        let attempt = try #require(try fixture.deliveries().first)
        #expect(attempt["outcome"] == "retrying" && attempt["error"] == "disabled")
        #expect(attempt["fault"] == "the company is not in the configuration")
        #expect(
            try fixture.dispatch("--now", DispatchTests.later(seconds: 60)).output
                == "1 delivered\n")
        #expect(receiver.requests.map(\.callbackID) == ["c-1"])
    }

    @Test func keysOfARemovedCompanyAreInvalid() throws {
        let serving = try ServingFixture()
        #expect(try serving.call("GET", "/callback/profiles").status == 200)
        #expect(try serving.stop() == 0)
        let text = try serving.directory.text(of: "callback-reports.json")
        try serving.directory.write(
            text.replacing(ServingFixture.sid, with: "HXXXXXXX099IN"), to: "callback-reports.json")
        let program = try RunningProgram(
            "callback-gateway", ["serve", "--listen", "127.0.0.1:0"], in: serving.directory)
        let port = program.wait { errors in
            errors.firstMatch(of: #/serving on port ([0-9]+)\n/#).flatMap { Int($0.1) }
        }
        let client = try RawClient(port: try #require(port), keeping: program)
        let answer = client.request(
            "GET", "/v1/\(ServingFixture.sid)/callback/profiles",
            headers: ["api-key: \(serving.key)"])
        #expect(answer?.status == 401)
    }

    @Test func warnsAboutFilesThatOtherUsersCanChange() throws {
        let serving = try ServingFixture()
        #expect(!serving.program.errors.contains("warning"))
        #expect(try serving.stop() == 0)
        chmod(serving.directory.path(of: "callback-reports.json"), 0o666)
        let program = try RunningProgram(
            "callback-gateway", ["serve", "--listen", "127.0.0.1:0"], in: serving.directory)
        let warning = program.wait { errors in
            errors.firstMatch(of: #/warning: (.*)\n/#).map { String($0.1) }
        }
        #expect(
            warning?.hasSuffix(
                "callback-reports.json: other users of this machine can change it; "
                    + "run 'chmod go-w callback-reports.json'") == true,
            "\(warning ?? "")")
        for command in ["callback-reports", "callback-gateway"] {
            let run = try ProgramRun.of(command, ["check"], in: serving.directory)
            #expect(run.errors.contains("warning: ") && run.status == 0, "\(run)")
        }
        let run = try ProgramRun.of("callback-reports", ["run"], in: serving.directory)
        #expect(run.errors.contains("warning: "))
    }
}
