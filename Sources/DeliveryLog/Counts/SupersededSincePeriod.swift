/// Callbacks that finished an attempt in a period and a later one after it.
package struct SupersededSincePeriod: Hashable, Sendable {
    /// How they stood at the end of the period.
    package var then: Tally
    /// Those that had failed then and are delivered since.
    package var recovered: Int

    package init(then: Tally, recovered: Int) {
        self.then = then
        self.recovered = recovered
    }
}
