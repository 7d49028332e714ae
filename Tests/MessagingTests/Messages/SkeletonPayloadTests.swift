import Gait
import Messaging
import Testing

struct SkeletonPayloadTests {
    @Test("a message is read as it was written, missing joints and several bodies included")
    func roundTrip() throws {
        var payload = SkeletonPayload()
        var message = SkeletonMessage()
        let joints = (0..<16).map { $0 == 9 ? nil : SIMD3<Float>(Float($0) * 0.1, 1.25, -2.0004) }
        for count in [0, 1, 3] {
            payload.begin(stamp: 1_763_948_228.123456, layout: .step16, origin: .root)
            for body in 0..<count { payload.append(id: "p\(body)", written: SkeletonPayload.written(joints)) }
            payload.end()
            try message.decode(payload.bytes)
            #expect(message.stamp == 1_763_948_228.123456 && message.origin == .root)
            #expect(message.frameID == "odom" && message.layout == .step16)
            #expect(message.bodies.map(\.id) == (0..<count).map { "p\($0)" })
            for body in message.bodies {
                #expect(body.pose.present.count == 15 && !body.pose.present.contains(.rightHand))
                let neck = body.pose[.neck] - SIMD3(0.2, 1.25, -2.0004)
                #expect((neck * neck).sum() < 1e-10)
            }
        }
    }
}
