/// The callbacks that finished an attempt in a period and a later one after it.
package struct SupersededSincePeriod: Hashable, Sendable {
    /// Their outcomes at the end of the period.
    package var then: Tally
    /// The callbacks that had failed then and have been delivered since.
    package var recovered: Int

    package init(then: Tally, recovered: Int) {
        self.then = then
        self.recovered = recovered
    }
}
