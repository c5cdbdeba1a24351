extension CommandFixture {
    static let sid = "HXXXXXXX071IN"

    static let configuration = """
        {
          "database": "callbacks.db",
          "mail": {"url": "file:mail", "from": "Callback Reports <reports@example.com>"},
          "companies": [\(company)]
        }
        """

    static let company = """
        {"sid": "HXXXXXXX071IN", "name": "Example Ltd", "timeZone": "Asia/Kolkata",
         "callbackReport": {
           "daily": {"emailAddresses": "ops@example.com, Care <care@example.com>"},
           "weekly": {"emailAddresses": "lead@example.com"},
           "monthly": {"emailAddresses": "cto@example.com", "attachCSV": true}}}
        """

    /// A company with an invalid time zone.
    static let mistakenCompany = """
        {"sid": "HXXXXXXX072DE", "name": "Held Up", "timeZone": "Europe/Berln",
         "callbackReport": {"daily": {"emailAddresses": "x@example.com"}}}
        """

    /// In the day that ends on 25 November at 17:00: 2 delivered, 2 failed, 1 retrying.
    static let log = """
        {"callback_id":"c-1","finished_at":"2026-11-24T12:00:00Z","status":200,\(a),"duration_ms":100}
        {"callback_id":"c-2","finished_at":"2026-11-25T03:10:00Z","status":503,\(a),\(request)}
        {"callback_id":"c-3","finished_at":"2026-11-25T04:00:00Z","outcome":"retrying",\(b)}
        {"callback_id":"c-3","finished_at":"2026-11-25T05:00:00Z","attempt":2,"status":204,\(b)}
        {"callback_id":"c-4","finished_at":"2026-11-25T06:00:00Z","error":"timeout",\(b)}
        {"callback_id":"c-5","finished_at":"2026-11-25T11:00:00Z","outcome":"retrying",\(b)}
        {"callback_id":"c-6","finished_at":"2026-11-23T12:00:00Z","status":200,\(a)}
        {"callback_id":"c-7","finished_at":"2026-11-25T11:30:00Z","status":200,\(a)}

        """

    private static let a =
        #""company":"HXXXXXXX071IN","profile_id":"IN_a","channel":"sms""#
    private static let b =
        #""company":"HXXXXXXX071IN","profile_id":"IN_b","channel":"whatsapp""#
    private static let request =
        #""event":"SMS-sent","method":"POST","url":"https://u:p@hooks.example.com/x?y","duration_ms":250"#
}
