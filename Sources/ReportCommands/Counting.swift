/// `1 attempt`, `2 attempts`: a number with its noun, whose plural has an `s`.
func count(_ number: Int, _ noun: String) -> String {
    "\(number) \(noun)\(number == 1 ? "" : "s")"
}
