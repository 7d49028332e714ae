import Foundation
import Gait
import GaitModels
import NeuralNetwork
import Simulation
import TestSupport
import Testing

@testable import gaitctl

struct WalkReadingTests {
    private func reading(of walker: Walker, seconds: Double) throws -> WalkReading {
        BLAS.useThreads(1)
        let classifier = try EmotionClassifier(
            contentsOf: PackageFolder.url.appending(path: "config/models/step-default.safetensors").path)
        var reading = WalkReading()
        for frame in 0..<Int(seconds * 30) {
            let time = Double(frame) / 30
            reading.take(walker.pose(at: time), at: time, with: classifier)
        }
        return reading
    }

    @Test("a walk is read as it is walked, twice a second once there is a window")
    func walk() throws {
        let reading = try reading(of: Walker(emotion: .sad, seed: 3), seconds: 5)
        guard case .ok("sad", let confidence) = reading.state else {
            Issue.record("\(reading.state)")
            return
        }
        #expect((0...1).contains(confidence))
        #expect(reading.emotion == "sad")
        #expect((4...8).contains(reading.votes.values.reduce(0, +)))
    }

    @Test("who stands is not walking, and a second is too short")
    func others() throws {
        var options = Walker.Options()
        options.isStanding = true
        let standing = try reading(of: Walker(emotion: .sad, seed: 3, options: options), seconds: 4)
        #expect(standing.state == .notWalking && standing.emotion == nil)
        let short = try reading(of: Walker(emotion: .sad, seed: 3), seconds: 1)
        #expect(short.state == .insufficientData && short.votes.isEmpty)
    }
}
