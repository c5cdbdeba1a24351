/// Returns the number of letters to insert, delete, replace or swap with their neighbor to turn one
/// word into the other.
///
/// This is the optimal string alignment distance, ignoring case. The running time is proportional
/// to the product of the lengths.
package func spellingDistance(from left: String, to right: String) -> Int {
    let left = Array(left.lowercased())
    let right = Array(right.lowercased())
    var twoBefore: [Int] = []
    var before = Array(0...right.count)
    for row in left.indices {
        var current = [row + 1]
        for column in right.indices {
            let change = before[column] + (left[row] == right[column] ? 0 : 1)
            var best = min(change, before[column + 1] + 1, current[column] + 1)
            if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                best = min(best, twoBefore[column - 1] + 1)
            }
            current.append(best)
        }
        (twoBefore, before) = (before, current)
    }
    return before[right.count]
}
