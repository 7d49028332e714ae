import Foundation
import TestSupport
import Testing

@testable import GaitNode

@Suite("Service notification")
struct ServiceNotificationTests {
    @Test("the state arrives at the socket that the environment names")
    func arrives() throws {
        let folder = try TemporaryFolder()
        let receiver = try DatagramReceiver(path: folder.path + "/notify")
        let notification = ServiceNotification(environment: ["NOTIFY_SOCKET": receiver.path])
        notification.send(.ready)
        notification.send(.stopping)
        #expect(receiver.receive() == "READY=1")
        #expect(receiver.receive() == "STOPPING=1")
    }

    @Test("the watchdog is served twice as often as asked, and only for this process")
    func watchdog() {
        #expect(ServiceNotification(environment: [:]).watchdogInterval == nil)
        #expect(ServiceNotification(environment: ["WATCHDOG_USEC": "3000000"]).watchdogInterval == 1.5)
        let other = ["WATCHDOG_USEC": "3000000", "WATCHDOG_PID": "1"]
        #expect(ServiceNotification(environment: other).watchdogInterval == nil)
    }

    @Test("a socket that is not there, or has too long a name, is no error")
    func absent() {
        ServiceNotification(environment: ["NOTIFY_SOCKET": "/nowhere/notify"]).send(.ready)
        let long = "/" + String(repeating: "a", count: 300)
        ServiceNotification(environment: ["NOTIFY_SOCKET": long]).send(.ready)
    }
}
