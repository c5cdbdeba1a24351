/// What an attempt is among those of its callback; the raw values are stored.
enum Supersession: Int {
    /// No other attempt is known.
    case only = 0
    /// Another one has a higher rank.
    case superseded = 1
    /// It has the highest rank of several.
    case latest = 2
}
