import Rendering
import Testing

@Suite struct NoticeTests {
    private let renderer = Renderer()

    @Test func `the operator is told what was given up, a line for each`() throws {
        let notice = try renderer.operatorNotice(["Example Ltd: <a@example.com>", "b\u{1B}"])
        #expect(notice.subject == "Callback Reports: 2 deliveries given up")
        #expect(
            notice.text == """
                These reports did not reach their recipients and will not be tried again:

                * Example Ltd: <a@example.com>
                * b�

                `callback-reports history` shows what the mail server answered, and
                `callback-reports resend ID --failed-only` sends a report once more.

                """)
    }

    @Test func `one delivery is not called deliveries`() throws {
        #expect(
            try renderer.operatorNotice(["a"]).subject == "Callback Reports: 1 delivery given up")
    }

    @Test func `a test mail says how it was sent`() throws {
        let notice = try renderer.testNotice(["Server: smtp://localhost:2525"])
        #expect(notice.subject == "Callback Reports: test mail")
        #expect(
            notice.text == """
                This is a test. If you can read it, reports can reach you the same way.

                * Server: smtp://localhost:2525

                """)
    }
}
