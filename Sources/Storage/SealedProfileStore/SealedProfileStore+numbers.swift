import SQL
package import StorageErrors

extension SealedProfileStore {
    /// The result of binding a WhatsApp number.
    package enum Binding {
        case bound
        case noSuchProfile
        /// The company has reached its limit of numbers.
        case tooMany
    }

    /// Binds a number to a profile, and replaces an earlier binding.
    package func bind(
        _ digits: String, to profileID: String, company: String, atMost limit: Int
    ) throws(StorageError) -> Binding {
        try database.transaction { () throws(StorageError) in
            let others = try database.integer(
                "SELECT count(*) FROM whatsapp_numbers WHERE company = ? AND number <> ?",
                [.text(company), .text(digits)])
            guard others < limit else { return .tooMany }
            let bound = try database.change(
                """
                INSERT OR REPLACE INTO whatsapp_numbers(company, number, profile)
                SELECT company, ?, number FROM callback_profiles WHERE id = ? AND company = ?
                """, [.text(digits), .text(profileID), .text(company)])
            return bound > 0 ? .bound : .noSuchProfile
        }
    }

    /// Unbinds a number. Returns false if it was not bound.
    package func unbind(_ digits: String, company: String) throws(StorageError) -> Bool {
        try database.change(
            "DELETE FROM whatsapp_numbers WHERE company = ? AND number = ?",
            [.text(company), .text(digits)]) > 0
    }

    /// Returns some of the company's numbers in numerical order, and their total.
    package func numbers(
        company: String, limit: Int, offset: Int
    ) throws(StorageError) -> (numbers: [(digits: String, profileID: String)], total: Int) {
        let numbers = try database.rows(
            """
            SELECT n.number, p.id FROM whatsapp_numbers n
            JOIN callback_profiles p ON p.number = n.profile
            WHERE n.company = ? ORDER BY n.number LIMIT ? OFFSET ?
            """, [.text(company), Value(limit), Value(offset)]
        ) { (digits: $0.text(0), profileID: $0.text(1)) }
        let total = try database.integer(
            "SELECT count(*) FROM whatsapp_numbers WHERE company = ?", [.text(company)])
        return (numbers, Int(total))
    }

    /// Returns the ID of the profile that a number is bound to, or `nil` if it is not bound.
    package func profileID(
        ofNumber digits: String, company: String
    ) throws(StorageError) -> String? {
        try database.row(
            """
            SELECT p.id FROM whatsapp_numbers n JOIN callback_profiles p ON p.number = n.profile
            WHERE n.company = ? AND n.number = ?
            """, [.text(company), .text(digits)]
        ) { $0.text(0) }
    }
}
