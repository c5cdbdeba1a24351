package import SQLite

/// A WhatsApp number and the profile that its incoming messages go to.
package struct NumberBinding: Hashable, Sendable {
    package let number: PhoneNumber
    package let profileID: String
}

extension ProfileStore {
    /// What became of binding a number.
    enum Binding {
        case bound
        case noSuchProfile
        /// The company has as many numbers as it may have.
        case tooMany
    }

    /// Binds a number to a profile of the company in place of any other.
    func bind(
        _ number: PhoneNumber, to profileID: String, company: String, atMost limit: Int
    ) throws(DatabaseError) -> Binding {
        try database.transaction { () throws(DatabaseError) in
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

    /// Whether the number was bound.
    func unbind(_ number: PhoneNumber, company: String) throws(DatabaseError) -> Bool {
        try database.execute(
            "DELETE FROM whatsapp_numbers WHERE company = ? AND number = ?",
            [.text(company), .text(number.digits)])
        return database.changes > 0
    }

    /// The company's numbers, in their order, and how many there are in all.
    func numbers(
        company: String, _ page: ListPage
    ) throws(DatabaseError) -> (numbers: [NumberBinding], total: Int) {
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

    /// The id of the profile that messages to a number go to; nil when the company has not bound
    /// it.
    package func profileID(
        of number: PhoneNumber, company: String
    ) throws(DatabaseError) -> String? {
        try database.row(
            """
            SELECT p.id FROM whatsapp_numbers n JOIN callback_profiles p ON p.number = n.profile
            WHERE n.company = ? AND n.number = ?
            """, [.text(company), .text(number.digits)]
        ) { $0.text(0) }
    }
}
