/// How many letters to add, drop, change or swap with their neighbour to get from one to the other.
///
/// The "optimal string alignment" distance.
func spellingDistance(from left: [UInt8], to right: [UInt8]) -> Int {
    var twoBefore: [Int] = []
    var before = Array(0...right.count)
    for row in 0..<left.count {
        var current = [row + 1]
        for column in 0..<right.count {
            let change = before[column] + (left[row] == right[column] ? 0 : 1)
            var best = min(change, before[column + 1] + 1, current[column] + 1)
            if row > 0, column > 0, left[row] == right[column - 1],
                left[row - 1] == right[column]
            {
                best = min(best, twoBefore[column - 1] + 1)
            }
            current.append(best)
        }
        (twoBefore, before) = (before, current)
    }
    return before[right.count]
}
