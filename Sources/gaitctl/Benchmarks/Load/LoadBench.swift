import Foundation

/// A broker, and a fresh daemon for every number of people.
struct LoadBench: Sendable {
    private let bench: TestBench
    private let port: Int
    private let broker: pid_t
    private let share: Int
    private let crowd: LoadCrowd

    /// Seconds for which a number of people is tried.
    private static let probe = 5.0

    init(bench: TestBench, port: Int, broker: pid_t, crowd: CrowdOptions) {
        (self.bench, self.port, self.broker) = (bench, port, broker)
        (share, self.crowd) = (crowd.perRobot, LoadCrowd(rate: crowd.fps))
    }

    /// The largest number of people that is carried, found by short probes, whose figures are told.
    func largestCarried(_ tell: (LoadMetrics) -> Void) async throws -> Int {
        try await LoadSearch(limit: LoadBenchmark.most).largest { people in
            let figures = try await measure(people: people, seconds: Self.probe, stops: false)
            tell(figures)
            return figures.isCarried
        }
    }

    /// Measures one number of people, see ``LoadMeasurement/measure(people:seconds:stops:)``.
    func measure(people: Int, seconds: Double, stops: Bool) async throws -> LoadMetrics {
        try await withDaemon { try $0.measure(people: people, seconds: seconds, stops: stops) }
    }

    /// Puts twice as many people as are carried before a daemon.
    func overload(carried: Int, seconds: Double) async throws -> LoadOverload {
        try await withDaemon { try LoadOverload($0, carried: carried, seconds: seconds) }
    }

    /// Runs `work` before a daemon that has just been started.
    func withDaemon<Value: Sendable>(
        _ work: @escaping @Sendable (LoadMeasurement) throws -> Value
    ) async throws -> Value {
        let connection = try await bench.onThread { [port] in try LoadConnection(port: port) }
        return try await bench.withDaemon { [crowd, share, broker] daemon in
            let client = LoadClient(connection, crowd: crowd, share: share)
            return try work(
                LoadMeasurement(
                    client: client, daemon: daemon, broker: broker, rate: crowd.rate, share: share))
        }
    }
}
