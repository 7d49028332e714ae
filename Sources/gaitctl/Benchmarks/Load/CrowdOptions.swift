import ArgumentParser

/// The options of benchmarks that let a crowd walk before robots.
struct CrowdOptions: ParsableArguments {
    @Option(help: "People who walk. Without it the largest number that is carried is searched first.")
    var people: Int?

    @Option(help: "People that one robot sees.")
    var perRobot = 25

    @Option(help: "Frames per second of each robot.")
    var fps = 30.0

    @OptionGroup var served: ServedModelOptions

    func validate() throws {
        guard people.map({ (1...LoadBenchmark.most).contains($0) }) ?? true, (16...64).contains(perRobot),
            (5...120).contains(fps)
        else {
            throw ValidationError(
                "--people is 1 to \(LoadBenchmark.most), --per-robot 16 to 64, --fps 5 to 120.")
        }
    }
}
