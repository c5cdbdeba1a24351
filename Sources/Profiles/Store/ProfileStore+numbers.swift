import SQLite

/// A WhatsApp number and the profile that its incoming messages go to.
package struct NumberBinding: Hashable, Sendable {
    package let number: PhoneNumber
    package let profileID: String
}

extension ProfileStore {
    /// Binds a number to a profile of the company in place of any other; false when there is none.
    func bind(
        _ number: PhoneNumber, to profileID: String, company: String
    ) throws(DatabaseError) -> Bool {
        try database.execute(
            """
            INSERT OR REPLACE INTO whatsapp_numbers(company, number, profile)
            SELECT company, ?, number FROM callback_profiles WHERE id = ? AND company = ?
            """, [.text(number.digits), .text(profileID), .text(company)])
        return database.changes > 0
    }

    /// Whether the number was bound.
    func unbind(_ number: PhoneNumber, company: String) throws(DatabaseError) -> Bool {
        try database.execute(
            "DELETE FROM whatsapp_numbers WHERE company = ? AND number = ?",
            [.text(company), .text(number.digits)])
        return database.changes > 0
    }

    /// The company's numbers, in their order.
    func numbers(company: String) throws(DatabaseError) -> [NumberBinding] {
        try database.rows(
            """
            SELECT n.number, p.id FROM whatsapp_numbers n
            JOIN callback_profiles p ON p.number = n.profile
            WHERE n.company = ? ORDER BY n.number
            """, [.text(company)]
        ) { row in
            PhoneNumber(row.text(0)).map { NumberBinding(number: $0, profileID: row.text(1)) }
        }.compactMap { $0 }
    }

    /// The profile that messages to a number go to; nil when the company has not bound it.
    package func profile(of number: PhoneNumber, company: String) throws -> Profile? {
        try profiles(
            """
            JOIN whatsapp_numbers n ON n.profile = p.number
            WHERE n.company = ? AND n.number = ?
            """, [.text(company), .text(number.digits)]
        ).first
    }
}
