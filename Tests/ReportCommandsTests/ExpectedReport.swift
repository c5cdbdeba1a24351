/// The output of `report` for the log in `CommandFixture+data.swift`, for the day that ends on the
/// 25th.
enum ExpectedReport {
    static let text = """
        Daily callback report for Example Ltd
        Tue 24 Nov 2026, 17:00 +05:30 to Wed 25 Nov 2026, 17:00 +05:30

        --------------------------------------------------------------------------------
        Needs attention: 2 callbacks failed, 1 not delivered yet
        2 of 5 callbacks delivered, 1 still retrying. Delivery rate excluding retries:
        50.00 %.
        To list undelivered callbacks:
          callback-reports failures --company HXXXXXXX071IN --retrying \\
            --frequency daily --ending 2026-11-25T17:00
        --------------------------------------------------------------------------------

        TOTALS          THIS PERIOD  VS PREVIOUS DAY
        Failed                    2      +2 (from 0)
        Delivered                 2      +1 (+100 %)
        Still retrying            1      +1 (from 0)
        All callbacks             5      +4 (+400 %)
        Delivery rate       50.00 %    −50.00 points

        ENDPOINT  FAILED  DELIVERED  RETRYING     RATE
        IN_a           1          1         0  50.00 %
        IN_b           1          1         1  50.00 %

        WHY CALLBACKS FAILED     FAILED  SHARE
        Server error (HTTP 5xx)       1   50 %  ########################
        Timeout                       1   50 %  ########################

        HOUR FROM  CALLBACKS  FAILED  RETRYING
        Tue 17:00          1       0         0  ==================================
        Tue 18:00          0       0         0
        Tue 19:00          0       0         0
        Tue 20:00          0       0         0
        Tue 21:00          0       0         0
        Tue 22:00          0       0         0
        Tue 23:00          0       0         0
        Wed 00:00          0       0         0
        Wed 01:00          0       0         0
        Wed 02:00          0       0         0
        Wed 03:00          0       0         0
        Wed 04:00          0       0         0
        Wed 05:00          0       0         0
        Wed 06:00          0       0         0
        Wed 07:00          0       0         0
        Wed 08:00          1       1         0  ##################################
        Wed 09:00          0       0         0
        Wed 10:00          1       0         0  ==================================
        Wed 11:00          1       1         0  ##################################
        Wed 12:00          0       0         0
        Wed 13:00          0       0         0
        Wed 14:00          0       0         0
        Wed 15:00          0       0         0
        Wed 16:00          1       0         1  ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
        = delivered  ~ retrying  # failed

        CHANNEL   FAILED  DELIVERED  RETRYING     RATE
        sms            1          1         0  50.00 %
        whatsapp       1          1         1  50.00 %

        DURATION OF SUCCESSFUL REQUESTS
        Half within 103 ms, 95 % within 103 ms, 99 % within 103 ms

        --------------------------------------------------------------------------------
        Period:      Tue 24 Nov 2026, 17:00 +05:30
                  to Wed 25 Nov 2026, 17:00 +05:30 (1 d)
        Time zone:   Asia/Kolkata, tz database TZ
        Company:     Example Ltd (HXXXXXXX071IN)
        Next report: Thu 26 Nov 2026, 17:00 +05:30

        """

    /// The output of `mail_parts.py` for the email, given its plain part.
    static func mail(_ text: String) -> String {
        """
        From: Callback Reports <reports@example.com>
        To: ops@example.com
        Subject: 2 failed, 1 not delivered yet: Example Ltd, daily, 25 Nov
        HTML: the same
        \(text)
        """
    }

    static let csv = """
        \u{FEFF}profile_id,title,delivered,failed,retrying,delivery_rate,failing_since,origin,\
        failing\r
        IN_a,,1,1,0,0.5,,,false\r
        IN_b,,1,1,1,0.5,,,false\r

        """

    static let json =
        head + "  \"timeline\": [\n" + hours.joined(separator: ",\n") + "\n  ],\n" + foot

    private static let head = """
        {
          "company": {
            "sid": "HXXXXXXX071IN",
            "name": "Example Ltd",
            "timeZone": "Asia/Kolkata"
          },
          "frequency": "daily",
          "period": {
            "start": "2026-11-24T17:00:00+05:30",
            "end": "2026-11-25T17:00:00+05:30"
          },
          "totals": {
            "callbacks": 5,
            "delivered": 2,
            "failed": 2,
            "retrying": 1,
            "deliveryRate": 0.5
          },
          "previous": {
            "period": {
              "start": "2026-11-23T17:00:00+05:30",
              "end": "2026-11-24T17:00:00+05:30"
            },
            "totals": {
              "callbacks": 1,
              "delivered": 1,
              "failed": 0,
              "retrying": 0,
              "deliveryRate": 1
            }
          },
          "average": {
            "periods": 1,
            "delivered": 1,
            "failed": 0,
            "retrying": 0,
            "deliveryRate": 1
          },
          "profiles": [
            {
              "profileID": "IN_a",
              "title": null,
              "delivered": 1,
              "failed": 1,
              "retrying": 0,
              "failingSince": null,
              "origin": null,
              "failing": false,
              "deliveringAgain": false
            },
            {
              "profileID": "IN_b",
              "title": null,
              "delivered": 1,
              "failed": 1,
              "retrying": 1,
              "failingSince": null,
              "origin": null,
              "failing": false,
              "deliveringAgain": false
            }
          ],
          "channels": [
            {
              "channel": "sms",
              "delivered": 1,
              "failed": 1,
              "retrying": 0
            },
            {
              "channel": "whatsapp",
              "delivered": 1,
              "failed": 1,
              "retrying": 1
            }
          ],
          "reasons": [
            {
              "reason": "http_5xx",
              "count": 1
            },
            {
              "reason": "timeout",
              "count": 1
            }
          ],

        """

    private static let foot = """
          "latency": {
            "p50": 103,
            "p95": 103,
            "p99": 103
          },
          "recovered": 0,
          "corrections": null,
          "failing": [],
          "logBegins": null,
          "hiddenAttempts": 0,
          "coveredUntil": null,
          "progress": "complete",
          "earlierCorrections": [],
          "lateFailures": 0,
          "prunedFailures": 0,
          "earlierRetrying": 0,
          "silences": [],
          "skippedPeriods": [],
          "skippedFailures": 0
        }

        """

    /// Delivered, failed and retrying callbacks of the hours that had any.
    private static let busyHours = [
        0: (1, 0, 0), 15: (0, 1, 0), 17: (1, 0, 0), 18: (0, 1, 0), 23: (0, 0, 1),
    ]

    private static let hours = (0..<24).map { hour in
        let (delivered, failed, retrying) = busyHours[hour] ?? (0, 0, 0)
        let day = hour < 7 ? 24 : 25
        let (clock, next) = (clock(hour), clock(hour + 1))
        return """
                {
                  "start": "2026-11-\(day)T\(clock):00:00+05:30",
                  "delivered": \(delivered),
                  "failed": \(failed),
                  "retrying": \(retrying),
                  "end": "2026-11-\(hour < 6 ? 24 : 25)T\(next):00:00+05:30"
                }
            """
    }

    /// The clock time of an hour of the period.
    private static func clock(_ hour: Int) -> String {
        let clock = (hour + 17) % 24
        return clock < 10 ? "0\(clock)" : "\(clock)"
    }
}
