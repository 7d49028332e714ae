import Foundation
import GaitModels
import TestSupport
import Testing

@testable import gaitctl

@Suite("gaitctl evaluate camera", .sharedData)
struct EvaluateCameraCommandTests {
    private func evaluate(_ options: CommandWords) async throws -> [String: Any] {
        try await Tool.run(
            "evaluate camera --json --models \(SharedData.models) --model \(PackageFolder.classifier)",
            options,
            within: 1200
        ).object()
    }

    @Test("a person's windows are read twice")
    func person() async throws {
        let report = try await evaluate(
            "--people 1 --side 90 --standing 1 --seconds 2.7 --width 640 --height 480")
        #expect(report["people"] as? Int == 1 && report["unseen"] as? Int == 0)
        #expect(try #require(report["found"] as? Double) > 0.95)
        #expect((report["standing"] as? [String: Int]) == ["windows": 1, "skeleton": 0, "camera": 0])
        #expect((report["walking"] as? [String: Int])?["windows"] == 1)
        #expect((report["features"] as? [Any])?.count == 29)
        #expect((report["sides"] as? [[String: Any]])?.first?["side"] as? Double == 90)
    }

    @Test("figures move as recorded people do, before both kinds of cameras")
    func recordings() async throws {
        let report = try await evaluate(
            "--people 2 --standing 0 --seconds 2.7 --side 45 --dataset \(SharedData.dataset("emotion4"))")
        let cameras = try #require(report["cameras"] as? [[String: Any]])
        #expect(cameras.compactMap { $0["camera"] as? String } == ["moving", "fixed"])
        #expect(try #require(report["found"] as? Double) > 0.8)
        let windows = (report["walking"] as? [String: Int])?["windows"]
        #expect(try #require(windows) >= 1)
    }

    @Test("camera and skeleton agree on the emotions of many people", .enabled(if: FuzzedProcess.isLong))
    func agreement() async throws {
        let report = try await evaluate("--people 64")
        let windows = try #require(report["windows"] as? [String: Any])
        let table = try #require(windows["table"] as? [[Int]])
        #expect(table.count { $0.reduce(0, +) > 0 } >= 3)
        #expect(try #require(windows["kappa"] as? Double) >= 0.6)
    }
}
