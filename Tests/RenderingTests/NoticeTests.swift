import Rendering
import Testing

@Suite struct NoticeTests {
    private let renderer = Renderer()

    @Test func `the operator notice has a line per failed delivery`() throws {
        let notice = try renderer.operatorNotice(["Example Ltd: <a@example.com>", "b\u{1B}"])
        #expect(notice.subject == "Callback Reports: 2 report emails failed")
        #expect(
            notice.text == """
                These reports could not be delivered and will not be retried:

                * Example Ltd: <a@example.com>
                * b�

                To see the responses of the mail server:
                  callback-reports history
                To send a report again, with its ID from the history:
                  callback-reports resend ID --failed-only

                """)
    }

    @Test func `the commands of the operator notice name the configuration`() throws {
        let notice = try renderer.operatorNotice(["a"], configuration: "/srv/my reports.json")
        #expect(notice.text.contains("history \\\n    --config '/srv/my reports.json'\nTo send"))
        #expect(notice.text.contains("--failed-only \\\n    --config '/srv/my reports.json'\n"))
    }

    @Test func `one delivery is singular`() throws {
        #expect(
            try renderer.operatorNotice(["a"]).subject == "Callback Reports: 1 report email failed")
    }

    @Test func `a test mail describes how it was sent`() throws {
        let notice = try renderer.testNotice(["Server: smtp://localhost:2525"])
        #expect(notice.subject == "Callback Reports: test email")
        #expect(
            notice.text == """
                This is a test. If you can read it, reports will reach you the same way.

                * Server: smtp://localhost:2525

                """)
    }
}
