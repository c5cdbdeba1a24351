import DeliveryLog
import Rendering
import Reporting
import TestSupport
import Testing

@Suite struct TextFormTests {
    private let renderer = Renderer()

    @Test func `a busy day begins with the failures`() throws {
        #expect(try renderer.text(SampleReports.busy()) == Self.busy)
    }

    @Test func `an empty day explains why`() throws {
        #expect(try renderer.text(SampleReports.empty()) == Self.empty)
    }

    @Test(arguments: [
        "plain words that go on and on", "日本語の名前", "👨‍👩‍👧‍👦", "e\u{301}\u{302}", "\u{1B}[31m\u{7}\u{9B}",
        "word-without-any-space", "\u{202E}\u{FE0F}☎\u{FE0F}", "\r\n\t",
    ])
    func `no line is wider than 80 columns with any names`(part: String) throws {
        let name = String(repeating: part, count: 40)
        let text = try renderer.text(SampleReports.hostile(name: name))
        #expect(try PythonCheck.run("text_width", ["80"], input: text) == "")
    }

    @Test func `figures of any size fit`() throws {
        var report = try SampleReports.busy()
        report.totals.failed = 9_999_999_999_999_999
        report.endpoints[0].tally.delivered = 9_999_999_999_999_999
        report.timeline[0].tally.delivered = 9_999_999_999_999_999
        let text = try renderer.text(report)
        #expect(try PythonCheck.run("text_width", ["80"], input: text) == "")
    }

    private static let busy = """
        Daily callback report for Example Ltd
        Tue 24 Nov 2026, 17:00 +05:30 to Wed 25 Nov 2026, 17:00 +05:30

        --------------------------------------------------------------------------------
        Needs attention: 1,204 callbacks failed, 13 not delivered yet
        48,211 of 49,428 callbacks delivered, 13 still retrying. Delivery rate
        excluding retries: 97.56 %.
        * WhatsApp delivery status (production): failing since Sun 22 Nov, 13:00
          (3 d 4 h)
        * SMS status: failing since Wed 25 Nov, 15:36 (1 h 23 min)
        To list undelivered callbacks:
          callback-reports failures --company HXXXXXXX071IN --retrying \\
            --frequency daily --ending 2026-11-25T17:00
        --------------------------------------------------------------------------------

        TOTALS          THIS PERIOD    VS PREVIOUS DAY     VS LAST 4 DAYS
        Failed                1,204  +1,092 (11 times)  +1,104 (12 times)
        Delivered            48,211      +831 (+1.8 %)      +711 (+1.5 %)
        Still retrying           13         +4 (+44 %)      +5.25 (+68 %)
        All callbacks        49,428    +1,927 (+4.1 %)    +1,820 (+3.8 %)
        Delivery rate       97.56 %       −2.20 points       −2.23 points

        ENDPOINT                               FAILED  DELIVERED  RETRYING     RATE
        WhatsApp delivery status (production)   1,100     12,411        13  91.86 %
          failing since Sun 22 Nov, 13:00 (3 d 4 h)
        SMS status                                 96      3,020         0  96.92 %
          failing since Wed 25 Nov, 15:36 (1 h 23 min)
        Call answered                               8      1,200         0  99.34 %
        12 healthy endpoints: 29,580 callbacks delivered

        WHY CALLBACKS FAILED       FAILED      SHARE
        Server error (HTTP 5xx)     1,000       83 %  ########################
        Timeout                       180       15 %  ####
        TLS or certificate error       20        2 %  #
        Host name not found (DNS)       4  under 1 %  #

        HOUR FROM  CALLBACKS  FAILED  RETRYING
        Tue 17:00      3,270       0         0  =============================
        Tue 18:00      3,052       0         0  ===========================
        Tue 19:00      2,398       0         0  ======================
        Tue 20:00      1,744       0         0  ================
        Tue 21:00      1,199       0         0  ===========
        Tue 22:00        763       0         0  =======
        Tue 23:00        436       0         0  ====
        Wed 00:00        327       0         0  ===
        Wed 01:00        218       0         0  ==
        Wed 02:00        218       0         0  ==
        Wed 03:00        327       0         0  ===
        Wed 04:00        545       0         0  =====
        Wed 05:00        981       0         0  =========
        Wed 06:00      1,635       0         0  ===============
        Wed 07:00      2,398       0         0  ======================
        Wed 08:00      2,943       0         0  ==========================
        Wed 09:00      3,270       0         0  =============================
        Wed 10:00      3,789     301         0  ===============================###
        Wed 11:00      3,680     301         0  ==============================###
        Wed 12:00      3,462     301         0  ============================###
        Wed 13:00      3,353     301         0  ===========================###
        Wed 14:00      2,943       0         0  ==========================
        Wed 15:00      3,161       0         0  ============================
        Wed 16:00      3,392       0        13  =============================~
        = delivered  ~ retrying  # failed

        CHANNEL       FAILED  DELIVERED  RETRYING     RATE
        whatsapp       1,100     12,411        13  91.86 %
        sms              104     34,800         0  99.70 %
        (no channel)       0      1,000         0    100 %

        DURATION OF SUCCESSFUL REQUESTS
        Half within 118 ms, 95 % within 910 ms, 99 % within 2.1 s

        * 37 callbacks that had failed by the end of the previous period have been
          delivered since.
        * Late records changed the period from Mon 23 Nov, 17:00 to Tue 24 Nov, 17:00:
          112 failed (reported: 124), 47,380 delivered (reported: 47,000).

        --------------------------------------------------------------------------------
        Period:      Tue 24 Nov 2026, 17:00 +05:30
                  to Wed 25 Nov 2026, 17:00 +05:30 (1 d)
        Time zone:   Asia/Kolkata, tz database 2026f
        Company:     Example Ltd (HXXXXXXX071IN)
        Report:      Daily report no. 128
        Next report: Thu 26 Nov 2026, 17:00 +05:30

        """

    private static let empty = """
        Daily callback report for Example Ltd
        Tue 24 Nov 2026, 17:00 +05:30 to Wed 25 Nov 2026, 17:00 +05:30

        --------------------------------------------------------------------------------
        Needs attention: The log is silent
        * The delivery log has received no records since Tue 24 Nov 2026, 15:00 +05:30,
          which is longer than usual. The program that writes it may have stopped.
        --------------------------------------------------------------------------------

        TOTALS          THIS PERIOD   VS PREVIOUS DAY    VS LAST 4 DAYS
        Failed                    0     −112 (−100 %)     −100 (−100 %)
        Delivered                 0  −47,380 (−100 %)  −47,500 (−100 %)
        Still retrying            0       −9 (−100 %)    −7.75 (−100 %)
        All callbacks             0  −47,501 (−100 %)  −47,608 (−100 %)
        Delivery rate             –                 –                 –

        --------------------------------------------------------------------------------
        Period:      Tue 24 Nov 2026, 17:00 +05:30
                  to Wed 25 Nov 2026, 17:00 +05:30 (1 d)
        Time zone:   Asia/Kolkata, tz database 2026f
        Company:     Example Ltd (HXXXXXXX071IN)
        Report:      Daily report no. 128
        Next report: Thu 26 Nov 2026, 17:00 +05:30

        """
}
