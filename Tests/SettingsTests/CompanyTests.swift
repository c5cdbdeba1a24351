import Addresses
import CivilTime
import Settings
import Testing

@Suite struct CompanyTests {
    @Test func `an error in one company does not affect the others`() throws {
        let configuration = try read(
            """
            {companies: [
                {sid: 'A', timeZone: 'UTC'},
                {sid: 'B', timeZone: 'Nowhere'},
                {sid: 'C', timeZone: 'Asia/Kolkata'},
            ]}
            """)
        #expect(configuration.companies.map(\.sid) == ["A", "C"])
        #expect(configuration.companies.map(\.zone.name) == ["UTC", "Asia/Kolkata"])
        #expect(configuration.invalidCompanies.map(\.sid) == ["B"])
    }

    @Test func `companies with the same sid are all invalid`() throws {
        let shared = "timeZone: 'UTC'"
        let configuration = try read(
            "{companies: [{sid: 'A', \(shared)}, {sid: 'B', \(shared)}, {sid: 'A', \(shared)}]}")
        #expect(configuration.companies.map(\.sid) == ["B"])
        #expect(
            configuration.diagnosticLines == [
                "config.json: companies[0].sid: duplicate SID 'A', also used by companies[2]; "
                    + "SIDs must be unique",
                "config.json: companies[2].sid: duplicate SID 'A', also used by companies[0]; "
                    + "SIDs must be unique",
            ])
    }

    @Test func `a report has the documented default time and days`() throws {
        let frequencies = Frequency.allCases.map { "\($0): {emailAddresses: 'a@example.com'}" }
        let text = company("callbackReport: {\(frequencies.joined(separator: ","))}")
        let reports = try #require(try read(text).companies.first).reports
        #expect(reports.map(\.frequency) == [.daily, .weekly, .monthly])
        for schedule in reports.map(\.schedule) {
            #expect(schedule.time == TimeOfDay(hour: 17, minute: 0))
            #expect(schedule.weekday == .wednesday)
            #expect(schedule.dayOfMonth == 25)
            #expect(schedule.zone.name == "Asia/Kolkata")
        }
        #expect(reports.map(\.schedule.frequency) == [.daily, .weekly, .monthly])
        #expect(reports.allSatisfy { $0.enabled && !$0.attachCSV && !$0.skipEmpty })
    }

    @Test func `a company overrides time and days`() throws {
        let to = "emailAddresses: 'a@example.com'"
        let text = company(
            """
            callbackReport: {weekly: {\(to), time: '07:05', weekday: 'Friday', skipEmpty: true},
                             monthly: {\(to), dayOfMonth: 31, attachCSV: true}}
            """)
        let reports = try #require(try read(text).companies.first).reports
        #expect(reports.map(\.schedule.time.hour) == [7, 17])
        #expect(reports.map(\.schedule.time.minute) == [5, 0])
        #expect(reports.map(\.schedule.weekday) == [.friday, .wednesday])
        #expect(reports.map(\.schedule.dayOfMonth) == [25, 31])
        #expect(reports.map(\.skipEmpty) == [true, false])
        #expect(reports.map(\.attachCSV) == [false, true])
    }

    @Test func `recipients keep their order without duplicates`() throws {
        let list = "b@example.com, \\\"Care, Customer\\\" <a@example.com>, b@example.com,"
        let text = company("callbackReport: {daily: {emailAddresses: \"\(list)\"}}")
        let recipients = try #require(try read(text).companies.first?.reports.first).recipients
        #expect(recipients.map(\.address) == ["b@example.com", "a@example.com"])
        #expect(recipients.map(\.name) == [nil, "Care, Customer"])
    }

    @Test(arguments: [
        ("{enabled: false, daily: {emailAddresses: 'a@example.com'}}", false, [true]),
        ("{daily: {emailAddresses: 'a@example.com', enabled: false}}", true, [false]),
        ("{daily: {enabled: false}}", true, [false]),
        ("{}", true, []),
        ("null", false, []),
    ])
    func `disabled reports differ from missing ones`(
        callbackReport: String, enabled: Bool, reports: [Bool]
    ) throws {
        let text = company("callbackReport: \(callbackReport)")
        let read = try #require(try read(text).companies.first)
        #expect(read.enabled == enabled)
        #expect(read.reports.map(\.enabled) == reports)
    }

    @Test func `a company without a name uses its sid`() throws {
        #expect(try read(company("name: null")).companies.map(\.name) == ["A"])
        #expect(try read(company("name: 'Größe & Co.'")).companies.map(\.name) == ["Größe & Co."])
    }
}
