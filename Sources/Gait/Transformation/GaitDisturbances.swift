extension Gait {
    /// The walk with every joint's path smoothed by the binomial filter (1, 2, 1) / 4, once per pass; use it before
    /// differences are taken. The first and last frame stay, and so does a steady movement.
    package func smoothed(passes: Int) -> Gait {
        guard frames > 2 else { return self }
        let width = Gait.valuesPerFrame
        var coordinates = coordinates
        for _ in 0..<max(passes, 0) {
            for value in 0..<width {
                var before = coordinates[value]
                for index in stride(from: value + width, to: coordinates.count - width, by: width) {
                    let current = coordinates[index]
                    coordinates[index] = (before + 2 * current + coordinates[index + width]) / 4
                    before = current
                }
            }
        }
        return Gait(validated: coordinates)
    }
}
