import Storage

/// Operations on the WhatsApp numbers of the company.
extension ProfileOperations {
    package func bind(_ number: String, to profileID: String) throws -> NumberBinding {
        let phone = try phone(number)
        guard let profile = try store.outline(profileID, company: company) else {
            throw ProfileError.noProfile(profileID)
        }
        guard [.whatsapp, .general].contains(profile.channel) else {
            let words =
                "be a profile of the whatsapp or default channel; "
                + "the channel of this one is \(profile.channel.rawValue)"
            throw ProfileFaults(faults: [.must(words, at: .body / "callback_profile")])
        }
        switch try store.bind(phone, to: profileID, company: company, atMost: limits.numbers) {
        case .bound: return NumberBinding(number: phone, profileID: profileID)
        case .noSuchProfile: throw ProfileError.noProfile(profileID)
        case .tooMany: throw ProfileError.tooManyNumbers(limit: limits.numbers)
        }
    }

    package func binding(of number: String) throws -> NumberBinding {
        let phone = try phone(number)
        guard let profileID = try store.profileID(of: phone, company: company) else {
            throw ProfileError.unboundNumber("\(phone)")
        }
        return NumberBinding(number: phone, profileID: profileID)
    }

    package func unbind(_ number: String) throws -> NumberBinding {
        let binding = try binding(of: number)
        _ = try store.unbind(binding.number, company: company)
        return binding
    }

    /// Returns one page of the company's numbers.
    ///
    /// - Parameters:
    ///   - parameters: `limit` and `offset`. By default, the page is as large as possible.
    ///   - size: Returns the size of a number in the response, in bytes.
    package func bindings(
        _ parameters: [(name: String, value: String)] = [], size: (NumberBinding) -> Int
    ) throws -> ListSlice<NumberBinding> {
        var page = ListPage(limit: ListPage.maxLimit)
        try ProfileFaults.reading(parameters) { value, name in
            Self.pageNames.contains(name)
                ? page.parse(value, as: name) : .unknown(name, nearest: nil, at: .params)
        }
        let (numbers, total) = try store.numbers(company: company, page)
        var budget = ListBudget(page)
        let shown = numbers.prefix { budget.take(size($0)) }
        return ListSlice(Array(shown), of: page, total: total)
    }

    /// The parameters of a list without filters.
    package static let pageNames = ["limit", "offset"]

    private func phone(_ text: String) throws(ProfileFaults) -> PhoneNumber {
        if let phone = PhoneNumber(text) { return phone }
        throw ProfileFaults(faults: [
            .must("be a number in E.164 form, such as +919876543210", at: .params / "number")
        ])
    }
}
