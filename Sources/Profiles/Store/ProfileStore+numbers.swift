import Storage
package import StorageErrors

/// A WhatsApp number, and the profile that receives its incoming messages.
package struct NumberBinding: Hashable, Sendable {
    package let number: PhoneNumber
    package let profileID: String
}

extension ProfileStore {
    /// Binds a number to a profile, and replaces an earlier binding.
    func bind(
        _ number: PhoneNumber, to profileID: String, company: String, atMost limit: Int
    ) throws(StorageError) -> SealedProfileStore.Binding {
        try sealed.bind(number.digits, to: profileID, company: company, atMost: limit)
    }

    /// Unbinds a number. Returns false if it was not bound.
    func unbind(_ number: PhoneNumber, company: String) throws(StorageError) -> Bool {
        try sealed.unbind(number.digits, company: company)
    }

    /// Returns one page of the company's numbers in numerical order, and their total.
    func numbers(
        company: String, _ page: ListPage
    ) throws(StorageError) -> (numbers: [NumberBinding], total: Int) {
        let found = try sealed.numbers(company: company, limit: page.limit, offset: page.offset)
        let numbers = found.numbers.compactMap { digits, profileID in
            PhoneNumber(digits).map { NumberBinding(number: $0, profileID: profileID) }
        }
        return (numbers, found.total)
    }

    /// Returns the ID of the profile that a number is bound to, or `nil` if it is not bound.
    package func profileID(
        of number: PhoneNumber, company: String
    ) throws(StorageError) -> String? {
        try sealed.profileID(ofNumber: number.digits, company: company)
    }
}
