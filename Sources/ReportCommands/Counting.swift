/// Returns a number with its noun, such as `1 attempt` or `2 attempts`. The plural adds an `s`.
func count(_ number: Int, _ noun: String) -> String {
    "\(number) \(noun)\(number == 1 ? "" : "s")"
}
