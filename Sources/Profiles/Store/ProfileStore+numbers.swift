import SQLite
package import StorageErrors

/// A WhatsApp number, and the profile that receives its incoming messages.
package struct NumberBinding: Hashable, Sendable {
    package let number: PhoneNumber
    package let profileID: String
}

extension ProfileStore {
    /// The result of binding a number.
    enum Binding {
        case bound
        case noSuchProfile
        /// The company has reached its limit of numbers.
        case tooMany
    }

    /// Binds a number to a profile, and replaces an earlier binding.
    func bind(
        _ number: PhoneNumber, to profileID: String, company: String, atMost limit: Int
    ) throws(StorageError) -> Binding {
        try database.transaction { () throws(StorageError) in
            let others = try database.integer(
                "SELECT count(*) FROM whatsapp_numbers WHERE company = ? AND number <> ?",
                [.text(company), .text(number.digits)])
            guard others < limit else { return .tooMany }
            try database.execute(
                """
                INSERT OR REPLACE INTO whatsapp_numbers(company, number, profile)
                SELECT company, ?, number FROM callback_profiles WHERE id = ? AND company = ?
                """, [.text(number.digits), .text(profileID), .text(company)])
            return database.changes > 0 ? .bound : .noSuchProfile
        }
    }

    /// Unbinds a number. Returns false if it was not bound.
    func unbind(_ number: PhoneNumber, company: String) throws(StorageError) -> Bool {
        try database.execute(
            "DELETE FROM whatsapp_numbers WHERE company = ? AND number = ?",
            [.text(company), .text(number.digits)])
        return database.changes > 0
    }

    /// Returns one page of the company's numbers in numerical order, and their total.
    func numbers(
        company: String, _ page: ListPage
    ) throws(StorageError) -> (numbers: [NumberBinding], total: Int) {
        let numbers = try database.rows(
            """
            SELECT n.number, p.id FROM whatsapp_numbers n
            JOIN callback_profiles p ON p.number = n.profile
            WHERE n.company = ? ORDER BY n.number LIMIT ? OFFSET ?
            """, [.text(company), Value(page.limit), Value(page.offset)]
        ) { row in
            PhoneNumber(row.text(0)).map { NumberBinding(number: $0, profileID: row.text(1)) }
        }.compactMap { $0 }
        let total = try database.integer(
            "SELECT count(*) FROM whatsapp_numbers WHERE company = ?", [.text(company)])
        return (numbers, Int(total))
    }

    /// Returns the ID of the profile that a number is bound to, or `nil` if it is not bound.
    package func profileID(
        of number: PhoneNumber, company: String
    ) throws(StorageError) -> String? {
        try database.row(
            """
            SELECT p.id FROM whatsapp_numbers n JOIN callback_profiles p ON p.number = n.profile
            WHERE n.company = ? AND n.number = ?
            """, [.text(company), .text(number.digits)]
        ) { $0.text(0) }
    }
}
