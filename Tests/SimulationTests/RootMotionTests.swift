import Testing

@testable import Simulation

@Suite("Root motion")
struct RootMotionTests {
    private func legs(_ style: WalkingStyle) -> LegKinematics {
        LegKinematics(body: Anthropometry(height: 1.7), style: style, asymmetry: 0)
    }

    @Test("a stride advances by the stride length, forward all the while")
    func advance() {
        let root = RootMotion(of: legs(.neutral))
        #expect(abs(root.way(at: 1.3) - root.way(at: 0.3) - root.strideLength) < 1e-9)
        let ways = stride(from: 0.0, through: 1, by: 0.01).map { root.way(at: $0) }
        #expect(zip(ways, ways.dropFirst()).allSatisfy { $0 < $1 })
    }

    @Test("shorter leg swings make shorter strides")
    func strideLength() {
        var short = WalkingStyle.neutral
        short.strideAmplitude = 0.6
        let ratio = RootMotion(of: legs(short)).strideLength / RootMotion(of: legs(.neutral)).strideLength
        #expect((0.55...0.85).contains(ratio))
    }

    @Test("the lowest sole is on the ground within 2 cm throughout the cycle")
    func ground() {
        let legs = legs(.neutral)
        let root = RootMotion(of: legs)
        for phase in stride(from: 0.0, to: 1, by: 0.02) {
            let soles = [Side.left, .right].flatMap { side in
                [legs.leg(side, at: phase).heel.y, legs.leg(side, at: phase).ball.y]
            }
            let lowest = (soles.min() ?? 0) + root.height(at: phase)
            #expect(abs(lowest) < 0.02, "\(lowest) at \(phase)")
        }
    }

    @Test("who stands stays where they are")
    func standing() {
        #expect(abs(RootMotion(of: legs(.standing)).strideLength) < 1e-6)
    }
}
