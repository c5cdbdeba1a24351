import Settings
import Testing

@Suite struct DiagnosticTests {
    /// A configuration, and the error line that it must produce, without the file name.
    struct Case: Sendable, CustomTestStringConvertible {
        let text: String
        let line: String
        var testDescription: String { line }

        init(_ text: String, _ line: String) {
            self.text = text
            self.line = line
        }
    }

    @Test(arguments: [
        Case("{}", "companies: missing; expected a list of companies, which may be empty"),
        Case("[]", "expected an object, found a list"),
        Case("{companies: {}}", "companies: expected a list, found an object"),
        Case(file("databse: 'x'"), "unknown key 'databse'; did you mean 'database'?"),
        Case(file("colour: 1"), "unknown key 'colour'"),
        Case(file("DATABASE: 'x'"), "unknown key 'DATABASE'; did you mean 'database'?"),
        Case(file("'a\\u001bb': 1"), "unknown key 'a\\u{1B}b'"),
        Case(file("catchUp: '7'"), "catchUp: expected a whole number, found the string '7'"),
        Case(file("catchUp: 1.5"), "catchUp: expected a whole number, found the number 1.5"),
        Case(
            file("database: 12345678901234567890123"),
            "database: expected a string, found the number 12345678901234567890123"),
        Case(file("catchUp: 1e999"), "catchUp: expected a whole number, found the number 1e999"),
        Case(file("catchUp: true"), "catchUp: expected a whole number, found true"),
        Case(file("catchUp: -1"), "catchUp: -1 is too small; expected 0 or more"),
        Case(file("database: 5"), "database: expected a string, found the number 5"),
        Case(file("database: ''"), "database: expected the path of a file or directory, found ''"),
        Case(
            file("retention: 400"), "retention: expected a string, found the number 400"),
        Case(
            file("retention: '400h'"),
            "retention: expected a number of days from '1d' to '36500d', found '400h'"),
        Case(
            file("retention: '0d'"),
            "retention: expected a number of days from '1d' to '36500d', found '0d'"),
        Case(file("sources: 'a'"), "sources: expected a list, found the string 'a'"),
        Case(file("sources: ['a']"), "sources[0]: expected an object, found the string 'a'"),
        Case(file("sources: [{}]"), "sources[0].path: missing; expected the path of a log file"),
        Case(
            file("sources: [{path: 'a', callbackKey: 'profile_id'}]"),
            "sources[0].callbackKey: expected a list, found the string 'profile_id'"),
        Case(
            file("sources: [{path: 'a', callbackKey: ['callback_id', 'profil_id']}]"),
            "sources[0].callbackKey[1]: unknown value 'profil_id'; did you mean 'profile_id'?"),
        Case(
            file("sources: [{path: 'a', callbackKey: ['callback_id', 5]}]"),
            "sources[0].callbackKey[1]: expected a string, found the number 5"),
        Case(
            file("sources: [{path: 'a', callbackKey: ['profile_id']}]"),
            "sources[0].callbackKey: 'callback_id' must be one of the fields"),
        Case(
            file("sources: [{path: 'a', callbackKey: ['callback_id', 'callback_id']}]"),
            "sources[0].callbackKey[1]: 'callback_id' is listed twice; remove one"),
        Case(
            file("sources: [{path: 'a'}, {pth: 'a', path: 'b'}]"),
            "sources[1]: unknown key 'pth'; did you mean 'path'?"),
        Case(
            file("heartbeat: 'ftp://example.com/x'"),
            "heartbeat: expected a URL that begins with https:// or http://; "
                + "the value is not shown here"),
        Case(
            file("heartbeat: 'https://me:canary@example.com/x'"),
            "heartbeat: the URL contains a user name or password; remove it"),
        Case(
            file("operator: 'a@example.com, b@example.com'"),
            "operator: more than one address; only one is allowed"),
        Case(
            file("a: 1, a: 1").replacing("a: 1", with: "catchUp: 1"),
            "duplicate key 'catchUp', repeated on line 1; remove one"),
    ])
    func `an error outside of companies has one line`(_ given: Case) {
        #expect(diagnostics(in: given.text) == ["config.json: " + given.line])
    }

    @Test(arguments: [
        Case("{companies: [5]}", "companies[0]: expected an object, found the number 5"),
        Case("{companies: [null]}", "companies[0]: expected an object, found null"),
        Case(
            "{companies: [{timeZone: 'UTC'}]}",
            "companies[0].sid: missing; expected the company's SID"),
        Case(
            "{companies: [{sid: 'A'}]}",
            "companies[0].timeZone: missing; expected a time zone such as 'Asia/Kolkata'"),
        Case(
            "{companies: [{sid: ' ', timeZone: 'UTC'}]}",
            "companies[0].sid: expected one line of 1 to 200 bytes, found ' '"),
        Case(
            "{companies: [{sid: 'A', timeZone: 'Asia/Calcuta'}]}",
            "companies[0].timeZone: unknown time zone 'Asia/Calcuta'; "
                + "did you mean 'Asia/Kolkata'?"),
        Case(
            "{companies: [{sid: 'A', timeZone: '../x'}]}",
            "companies[0].timeZone: expected a time zone such as 'Asia/Kolkata', found '../x'"),
        Case(
            company("timezone: 'UTC'"),
            "companies[0]: unknown key 'timezone'; did you mean 'timeZone'?"),
        Case(
            company("name: 'a\\nBcc: x'"),
            "companies[0].name: expected one line of 1 to 200 bytes, found 'a\\u{A}Bcc: x'"),
        Case(
            company("name: 'a', name: 'b'"),
            "companies[0]: duplicate key 'name', repeated on line 1; remove one"),
        Case(
            company("callbackReport: {hourly: {}}"),
            "companies[0].callbackReport: unknown key 'hourly'"),
        Case(
            company("callbackReport: {enabled: 'yes'}"),
            "companies[0].callbackReport.enabled: expected true or false, "
                + "found the string 'yes'"),
        Case(
            company("callbackReport: {daily: {}}"),
            "companies[0].callbackReport.daily.emailAddresses: missing; "
                + "expected one or more addresses, separated by commas, "
                + "or 'webhook' or 'slack'"),
        Case(
            company("callbackReport: {daily: {emailAddresses: ['a@example.com']}}"),
            "companies[0].callbackReport.daily.emailAddresses: expected a string, found a list"),
        Case(
            company("callbackReport: {daily: {emailAddresses: ','}}"),
            "companies[0].callbackReport.daily.emailAddresses: "
                + "no address; write at least one, like name@example.com"),
    ])
    func `an error inside a company has one line`(_ given: Case) throws {
        #expect(try read(given.text).diagnosticLines == ["config.json: " + given.line])
    }

    @Test(arguments: [
        Case("time: '24:00'", "time: expected a time from 00:00 to 23:59, found '24:00'"),
        Case("time: '7:00'", "time: expected a time from 00:00 to 23:59, found '7:00'"),
        Case("time: '17:60'", "time: expected a time from 00:00 to 23:59, found '17:60'"),
        Case("time: '+1:00'", "time: expected a time from 00:00 to 23:59, found '+1:00'"),
        Case("time: 17", "time: expected a string, found the number 17"),
        Case(
            "weekday: 'wendesday'", "weekday: unknown value 'wendesday'; did you mean 'wednesday'?"),
        Case(
            "weekday: '3'",
            "weekday: unknown value '3'; expected 'monday', 'tuesday', 'wednesday', "
                + "'thursday', 'friday', 'saturday' or 'sunday'"),
        Case("attachCSV: 1", "attachCSV: expected true or false, found the number 1"),
        Case("skipEmpty: {}", "skipEmpty: expected true or false, found an object"),
    ])
    func `an error in a schedule has one line`(_ given: Case) throws {
        let weekly = "callbackReport: {weekly: {emailAddresses: 'a@example.com', \(given.text)}}"
        let place = "config.json: companies[0].callbackReport.weekly."
        #expect(try read(company(weekly)).diagnosticLines == [place + given.line])
    }

    @Test(arguments: [0, 32, -1])
    func `a day that no month has is out of range`(day: Int) throws {
        let monthly =
            "callbackReport: {monthly: {emailAddresses: 'a@example.com', dayOfMonth: \(day)}}"
        #expect(
            try read(company(monthly)).diagnosticLines == [
                "config.json: companies[0].callbackReport.monthly.dayOfMonth: "
                    + "\(day) is out of range; expected 1 to 31"
            ])
    }
}
