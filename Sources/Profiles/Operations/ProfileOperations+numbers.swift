import JSON

/// Operations on the WhatsApp numbers of the company.
extension ProfileOperations {
    package func bind(_ number: String, to profileID: String) throws -> Envelope {
        do {
            return try bind(readable: number, to: profileID)
        } catch let damage as DamagedProfile {
            return damage.refusal
        }
    }

    private func bind(readable number: String, to profileID: String) throws -> Envelope {
        guard let phone = PhoneNumber(number) else { return Self.invalidNumber(number) }
        guard let profile = try store.current(profileID, company: company) else {
            return Self.notFound(profileID)
        }
        guard [.whatsapp, .general].contains(profile.settings.channel) else {
            let words =
                "be a profile of channel whatsapp or default; "
                + "this one is of \(profile.settings.channel.rawValue)"
            return Envelope(
                ProfileFaults(faults: [.must(words, at: .body / "callback_profile")]))
        }
        switch try store.bind(phone, to: profileID, company: company, atMost: limits.numbers) {
        case .bound: return Self.answer("Number bound successfully", phone, profileID)
        case .noSuchProfile: return Self.notFound(profileID)
        case .tooMany:
            return Self.full("numbers", limits.numbers, setting: "numbersPerCompany")
        }
    }

    package func binding(of number: String) throws -> Envelope {
        try withBinding(number) { Self.answer("Number fetched successfully", $0, $1) }
    }

    package func unbind(_ number: String) throws -> Envelope {
        try withBinding(number) { phone, profileID in
            _ = try store.unbind(phone, company: company)
            return Self.answer("Number unbound successfully", phone, profileID)
        }
    }

    /// Returns one page of the company's numbers.
    ///
    /// - Parameter parameters: `limit` and `offset`. By default, the page is as large as possible.
    package func bindings(
        _ parameters: [(name: String, value: String)] = []
    ) throws -> Envelope {
        var page = ListPage(limit: ListPage.most)
        do throws(ProfileFaults) {
            try ProfileFaults.reading(parameters) { value, name in
                Self.pageNames.contains(name)
                    ? page.parse(value, as: name) : .unknown(name, nearest: nil, at: .params)
            }
        } catch {
            return Envelope(error)
        }
        let (numbers, total) = try store.numbers(company: company, page)
        var list = ListAnswer(page)
        for number in numbers {
            guard list.add(Self.json(number.number, number.profileID)) else { break }
        }
        return Envelope(success: "Numbers fetched successfully", list.data("numbers", total: total))
    }

    /// The parameters of a list without filters.
    package static let pageNames = ["limit", "offset"]

    private func withBinding(
        _ number: String, _ body: (PhoneNumber, String) throws -> Envelope
    ) throws -> Envelope {
        guard let phone = PhoneNumber(number) else { return Self.invalidNumber(number) }
        guard let profileID = try store.profileID(of: phone, company: company) else {
            return Envelope(
                failure: "No profile is bound to this number", part: "params",
                "No profile is bound to the number: \(phone)", status: 404)
        }
        return try body(phone, profileID)
    }

    private static func answer(
        _ message: String, _ number: PhoneNumber, _ profileID: String
    ) -> Envelope {
        Envelope(success: message, json(number, profileID))
    }

    private static func json(_ number: PhoneNumber, _ profileID: String) -> JSONValue {
        .object([
            "wanumber": .string(number.description), "callback_profile": .string(profileID),
        ])
    }

    private static func invalidNumber(_ text: String) -> Envelope {
        Envelope(
            ProfileFaults(faults: [
                .must(
                    "be a number in E.164 form, such as +919876543210", at: .params / "number")
            ]))
    }
}
