import JSON

/// The WhatsApp numbers of the company.
extension ProfileOperations {
    package func bind(_ number: String, to profileID: String) throws -> Envelope {
        guard let phone = PhoneNumber(number) else { return Self.noNumber(number) }
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
        guard try store.bind(phone, to: profileID, company: company) else {
            return Self.notFound(profileID)
        }
        return Self.answer("Number bound successfully", phone, profileID)
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

    package func bindings() throws -> Envelope {
        let numbers = try store.numbers(company: company).map { Self.json($0.number, $0.profileID) }
        return Envelope(
            success: "Numbers fetched successfully",
            .object(["numbers": .array(numbers), "total": .integer(numbers.count)]))
    }

    private func withBinding(
        _ number: String, _ body: (PhoneNumber, String) throws -> Envelope
    ) throws -> Envelope {
        guard let phone = PhoneNumber(number) else { return Self.noNumber(number) }
        let known = try store.numbers(company: company).first { $0.number == phone }
        guard let known else {
            return Envelope(
                failure: "No profile is bound to this number", part: "params",
                "No profile is bound to the number: \(phone)", status: 404)
        }
        return try body(phone, known.profileID)
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

    private static func noNumber(_ text: String) -> Envelope {
        Envelope(
            ProfileFaults(faults: [
                .must(
                    "be a number in E.164 form, such as +919876543210", at: .params / "number")
            ]))
    }
}
