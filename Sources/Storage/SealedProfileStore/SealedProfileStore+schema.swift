import SQL

extension SealedProfileStore {
    /// The tables of the store. No other module reads or writes them.
    ///
    /// - `callback_profiles` has one row per profile. The columns for searching are not encrypted.
    /// - `profile_versions` has the settings of each version of a profile, encrypted with the key
    ///   in `gateway.secretKeyFile`. The rows are deleted with their profile.
    /// - `secret_check` contains a known text encrypted with that key, to detect a wrong key.
    static let schema = Schema(
        owner: "callback profiles",
        steps: [
            """
            CREATE TABLE secret_check(
                id INTEGER PRIMARY KEY CHECK (id = 1),
                closed BLOB NOT NULL
            ) STRICT;
            CREATE TABLE callback_profiles(
                number INTEGER PRIMARY KEY,
                id TEXT NOT NULL UNIQUE,
                company TEXT NOT NULL,
                status INTEGER NOT NULL,
                status_since INTEGER NOT NULL,
                title TEXT NOT NULL,
                method TEXT NOT NULL,
                created_at INTEGER NOT NULL,
                version INTEGER NOT NULL
            ) STRICT;
            CREATE INDEX profiles_by_company ON callback_profiles(company, number);
            CREATE TABLE profile_versions(
                profile INTEGER NOT NULL REFERENCES callback_profiles ON DELETE CASCADE,
                number INTEGER NOT NULL,
                since INTEGER NOT NULL,
                settings BLOB NOT NULL,
                PRIMARY KEY(profile, number)
            ) STRICT;
            CREATE TABLE api_keys(
                id TEXT PRIMARY KEY,
                hash BLOB NOT NULL UNIQUE,
                company TEXT NOT NULL,
                created_at INTEGER NOT NULL
            ) STRICT;
            CREATE TABLE whatsapp_numbers(
                company TEXT NOT NULL,
                number TEXT NOT NULL,
                profile INTEGER NOT NULL REFERENCES callback_profiles ON DELETE CASCADE,
                PRIMARY KEY(company, number)
            ) STRICT, WITHOUT ROWID;
            """
        ])
}
