extension ZoneDatabase {
    /// Returns the error for an unknown name, with a suggestion.
    func unknown(_ name: String, among names: [String]) -> ZoneError {
        if let offset = FixedOffsetName(name) {
            if offset.minutes == 0 { return .unknown(name: name, nearest: "UTC") }
            return .otherName(name, advice: advice(for: offset))
        }
        let meanings = ZoneAbbreviations.meanings(of: name).filter { names.contains($0.zone) }
        if meanings.count > 1 { return .otherName(name, advice: Self.advice(for: meanings)) }
        let known = meanings.first?.zone ?? WindowsZones.zone(name)
        let nearest = known.flatMap { names.contains($0) ? $0 : nil }
        return .unknown(name: name, nearest: nearest ?? self.nearest(to: name, among: names))
    }

    private static func advice(for meanings: [ZoneAbbreviations.Meaning]) -> String {
        let choices = meanings.map { "'\($0.zone)' (\($0.place))" }
        return "the abbreviation is ambiguous; use "
            + choices.dropLast().joined(separator: ", ") + " or " + (choices.last ?? "")
    }
}
