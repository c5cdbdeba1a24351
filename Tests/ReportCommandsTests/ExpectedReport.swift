/// What `report` says of the log in `Workbench+data.swift`, the day that ends on the 25th.
enum ExpectedReport {
    static let text = """
        Daily callback report for Example Ltd
        Tue 24 Nov 2026, 17:00 +05:30 to Wed 25 Nov 2026, 17:00 +05:30

        --------------------------------------------------------------------------------
        Needs attention: 2 callbacks failed
        Delivery rate 50.00 %: 2 of 5 callbacks delivered, 1 still retrying.
        * IN_a: failing since Wed 25 Nov, 08:40 (8 h 20 min)
        * IN_b: failing since Wed 25 Nov, 11:30 (5 h 30 min)
        --------------------------------------------------------------------------------

        TOTALS          THIS PERIOD  VS PERIOD BEFORE  VS AVERAGE OF 1
        Failed                    2       +2 (from 0)      +2 (from 0)
        Delivered                 2       +1 (+100 %)      +1 (+100 %)
        Still retrying            1       +1 (from 0)      +1 (from 0)
        All callbacks             5       +4 (+400 %)      +4 (+400 %)
        Delivery rate       50.00 %     −50.00 points    −50.00 points

        PROFILE  FAILED  DELIVERED  RETRYING     RATE
        IN_a          1          1         0  50.00 %
          failing since Wed 25 Nov, 08:40 (8 h 20 min)
        IN_b          1          1         1  50.00 %
          failing since Wed 25 Nov, 11:30 (5 h 30 min)

        WHY CALLBACKS FAILED     FAILED  SHARE
        Server error (HTTP 5xx)       1   50 %  ########################
        No answer in time             1   50 %  ########################

        HOUR       CALLBACKS  FAILED  = delivered ~ retrying # failed
        Tue 17:00          1       0  ==================================
        Tue 18:00          0       0
        Tue 19:00          0       0
        Tue 20:00          0       0
        Tue 21:00          0       0
        Tue 22:00          0       0
        Tue 23:00          0       0
        Wed 00:00          0       0
        Wed 01:00          0       0
        Wed 02:00          0       0
        Wed 03:00          0       0
        Wed 04:00          0       0
        Wed 05:00          0       0
        Wed 06:00          0       0
        Wed 07:00          0       0
        Wed 08:00          1       1  ##################################
        Wed 09:00          0       0
        Wed 10:00          1       0  ==================================
        Wed 11:00          1       1  ##################################
        Wed 12:00          0       0
        Wed 13:00          0       0
        Wed 14:00          0       0
        Wed 15:00          0       0
        Wed 16:00          1       0  ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~

        CHANNEL   FAILED  DELIVERED  RETRYING     RATE
        sms            1          1         0  50.00 %
        whatsapp       1          1         1  50.00 %

        TIME TO DELIVER
        Half within 103 ms, 95 % within 103 ms, 99 % within 103 ms

        --------------------------------------------------------------------------------
        Period:      Tue 24 Nov 2026, 17:00 +05:30
                  to Wed 25 Nov 2026, 17:00 +05:30 (1 d)
        Time zone:   Asia/Kolkata, tz database TZ
        Company:     Example Ltd (HXXXXXXX071IN)
        Next report: Thu 26 Nov 2026, 17:00 +05:30

        """

    /// What `mail_parts.py` finds in the mail, given its plain part.
    static func mail(_ text: String) -> String {
        """
        From: Callback Reports <reports@example.com>
        To: ops@example.com
        Subject: Daily callback report for Example Ltd, 25 Nov 2026: 2 failed
        HTML: the same
        \(text)
        """
    }

    static let csv = """
        profile_id,title,delivered,failed,retrying,delivery_rate,failing_since\r
        IN_a,,1,1,0,0.5,2026-11-25T08:40:00+05:30\r
        IN_b,,1,1,1,0.5,2026-11-25T11:30:00+05:30\r

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
              "failingSince": "2026-11-25T08:40:00+05:30"
            },
            {
              "profileID": "IN_b",
              "title": null,
              "delivered": 1,
              "failed": 1,
              "retrying": 1,
              "failingSince": "2026-11-25T11:30:00+05:30"
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
          "corrections": null
        }

        """

    /// Delivered, failed and retrying of the hours that had callbacks.
    private static let busyHours = [
        0: (1, 0, 0), 15: (0, 1, 0), 17: (1, 0, 0), 18: (0, 1, 0), 23: (0, 0, 1),
    ]

    private static let hours = (0..<24).map { hour in
        let (delivered, failed, retrying) = busyHours[hour] ?? (0, 0, 0)
        let day = hour < 7 ? 24 : 25
        let clock = (hour + 17) % 24
        return """
                {
                  "start": "2026-11-\(day)T\(clock < 10 ? "0" : "")\(clock):00:00+05:30",
                  "delivered": \(delivered),
                  "failed": \(failed),
                  "retrying": \(retrying)
                }
            """
    }
}
