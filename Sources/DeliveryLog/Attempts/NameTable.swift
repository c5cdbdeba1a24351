import SQLite

/// The numbers that stand for companies, profiles and other repeated words in the tables.
///
/// One is made for each transaction, so that a rolled back number is never used again.
struct NameTable: ~Copyable {
    private struct ProfileName: Hashable {
        var company: Int64
        var profileID: String
    }

    private var companies: [String: Int64] = [:]
    private var profiles: [ProfileName: Int64] = [:]
    private var labels: [String: Int64] = [:]
    private let database: Database

    init(_ database: Database) {
        self.database = database
    }

    mutating func company(_ sid: String) throws(DatabaseError) -> Int64 {
        if let known = companies[sid] { return known }
        let id = try number(
            find: "SELECT id FROM companies WHERE sid = ?",
            insert: "INSERT INTO companies(sid) VALUES(?)", [.text(sid)])
        companies[sid] = id
        return id
    }

    mutating func profile(_ profileID: String?, of company: Int64) throws(DatabaseError) -> Int64? {
        guard let profileID else { return nil }
        let name = ProfileName(company: company, profileID: profileID)
        if let known = profiles[name] { return known }
        let id = try number(
            find: "SELECT id FROM profiles WHERE company = ? AND profile_id = ?",
            insert: "INSERT INTO profiles(company, profile_id) VALUES(?, ?)",
            [.integer(company), .text(profileID)])
        profiles[name] = id
        return id
    }

    mutating func label(_ text: String?) throws(DatabaseError) -> Int64? {
        guard let text else { return nil }
        if let known = labels[text] { return known }
        let id = try number(
            find: "SELECT id FROM labels WHERE text = ?",
            insert: "INSERT INTO labels(text) VALUES(?)", [.text(text)])
        labels[text] = id
        return id
    }

    private func number(
        find: String, insert: String, _ values: [Value]
    ) throws(DatabaseError) -> Int64 {
        if let id = try database.row(find, values, { $0.integer(0) }) { return id }
        try database.execute(insert, values)
        return database.lastInsertedRow
    }
}
