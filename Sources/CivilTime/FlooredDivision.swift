extension FixedWidthInteger {
    /// Returns the quotient, rounded toward negative infinity. `divisor` must be positive.
    package func flooredDivision(by divisor: Self) -> Self {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }
}
