package import Settings

extension Configuration {
    /// The number of companies, for `check`: `3 companies (1 invalid)`.
    package var companySummary: String {
        let (valid, invalid) = (companies.count, invalidCompanies.count)
        return (valid + invalid == 1 ? "1 company" : "\(valid + invalid) companies")
            + (invalid == 0 ? "" : " (\(invalid) invalid)")
    }
}
