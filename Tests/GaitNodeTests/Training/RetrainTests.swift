import Foundation
import Messaging
import Storage
import TestSupport
import Testing

@testable import GaitNode

@Suite("Retraining with a program that stands in")
struct RetrainTests {
    private static let running =
        #"echo '{"state":"running","stage":"classifier","progress":0.5,"epoch":1,"epochs":2}'"#

    /// Two seconds are meant; a machine that runs all other tests meanwhile gets more.
    private static let endingSeconds = 15.0

    @Test("progress and result of the child are seen on the training topic, and written down")
    func success() async throws {
        let setup = try await TrainingNode(
            script: """
                \(Self.running)
                echo '{"note":"the store begins with 8 gaits"}'
                echo not json; head -c 200000 /dev/zero; echo
                echo '{"state":"rejected","reason":"not better","metrics":{"gain":0.1},"model":4}'
                """)
        let job = try await setup.retrain()
        let end = try await setup.client.training { $0.state == .rejected }
        #expect(
            end.job == job && end.reason == "not better" && end.model == .number(4) && end.progress == 0.5)
        let states = setup.client.log.messages.filter { $0.topic == "gaitd/n1/training" }
            .compactMap { try? TrainingMessage(decoding: $0.payload).state }
        #expect(setup.node.lines.all.contains { $0.contains("the store begins with 8 gaits") })
        #expect(states.first == .queued && states.contains(.running) && states.last == .rejected)
        try await setup.node.stop()
        let stored = try #require(try GaitStore(path: setup.storePath).latestJob())
        #expect(stored.state == .rejected && stored.model == 4 && stored.metrics == ["gain": 0.1])
        let late = try TestClient(port: setup.broker.port)
        let retained = try await late.training { _ in true }
        #expect(retained.state == .rejected)
    }

    @Test(
        "a child that brings no result has failed, with the reason",
        arguments: [
            ("exit 3", "status 3"), ("echo no gaits here >&2; exit 1", "no gaits here"),
            ("kill -SEGV $$", "signal 11"),
            ("exit 0", "without a result"), (#"echo '{"state":"failed","reason":"disk"}'; exit 1"#, "disk"),
            (#"echo '{"state":"succeeded"}'; exit 1"#, "status 1"),
        ])
    func failure(script: String, reason: String) async throws {
        let setup = try await TrainingNode(script: script)
        _ = try await setup.retrain()
        let end = try await setup.client.training { $0.state.isFinal }
        #expect(end.state == .failed && end.reason?.contains(reason) == true, "\(end)")
        try await setup.node.stop()
    }

    @Test("a program that is not there is told")
    func noProgram() async throws {
        let setup = try await TrainingNode { $0.retrain.program = "/nowhere/gaitctl" }
        _ = try await setup.retrain()
        let end = try await setup.client.training { $0.state.isFinal }
        #expect(end.state == .failed && end.reason?.contains("could not be started") == true, "\(end)")
        try await setup.node.stop()
    }

    @Test(
        "a second request meanwhile is busy; a cancelled job and all that it started are soon gone"
    )
    func cancel() async throws {
        let setup = try await TrainingNode(
            script: """
                trap '' TERM
                sh -c "trap '' TERM; while true; do sleep 0.1; done" &
                echo $! > "$(dirname "$0")/grandchild"
                echo $$ > "$(dirname "$0")/child"
                \(Self.running)
                while true; do sleep 0.1; done
                """)
        let job = try await setup.retrain()
        _ = try await setup.client.training { $0.stage == .classifier }
        let second = try await setup.client.ask("retrain")
        #expect(second.error == "busy" && second.data?["job"]?.number == Double(job))
        let start = Arrival.monotonicSeconds()
        let answer = try await setup.client.ask("retrain/cancel")
        #expect(answer.data?["job"]?.number == Double(job))
        let end = try await setup.client.training { $0.state == .cancelled }
        #expect(Arrival.monotonicSeconds() - start < Self.endingSeconds)
        #expect(end.reason == "cancelled by request")
        for name in ["child", "grandchild"] {
            let text = try String(contentsOfFile: setup.folder.path(name), encoding: .utf8)
            let process = try #require(Int32(text.trimmingCharacters(in: .whitespacesAndNewlines)))
            #expect(Pause.until(within: 2) { !Self.isAlive(process) }, "\(name)")
        }
        #expect(try await setup.client.ask("retrain/cancel").error == "no_job")
        // The next one is accepted.
        _ = try await setup.retrain()
        try await setup.node.stop()
    }

    @Test("the timeout ends it")
    func timeout() async throws {
        let setup = try await TrainingNode(script: "\(Self.running)\nsleep 60") { $0.retrain.timeout = 0.5 }
        _ = try await setup.retrain()
        let end = try await setup.client.training(within: 5) { $0.state.isFinal }
        #expect(end.state == .timedOut && end.reason?.contains("0.5 s") == true)
        try await setup.node.stop()
    }

    @Test("the child is given what was asked for, at idle priority, without the daemon's files and signals")
    func child() async throws {
        let setup = try await TrainingNode(
            script: """
                echo "$@" > "$(dirname "$0")/arguments"
                cat /proc/self/stat > "$(dirname "$0")/stat"
                ionice -p $$ > "$(dirname "$0")/disk"
                ls /proc/self/fd | wc -l > "$(dirname "$0")/files"
                grep -E 'Sig(Blk|Ign)' /proc/self/status > "$(dirname "$0")/signals"
                echo '{"state":"succeeded"}'
                """)
        let job = try await setup.retrain(
            #"{"epochs": 7, "augment": {"per_class": 9}, "budget_s": 33, "activate": "never"}"#)
        _ = try await setup.client.training { $0.state == .succeeded }
        func text(_ name: String) throws -> String {
            try String(contentsOfFile: setup.folder.path(name), encoding: .utf8)
        }
        let arguments = try text("arguments")
        for part in [
            "retrain --store \(setup.storePath) --registry \(setup.folder.path("registry")) --job \(job) ",
            "--epochs 7 ", "--per-class 9 ", "--budget 33.0 ", "--activate never ", "--threads 1 ",
            "--packaged-generator /",
        ] {
            #expect(arguments.contains(part), "\(arguments)")
        }
        // Fields of proc(5) after the name: nice is the 19th, the policy the 41st of all.
        let fields = try text("stat").split(separator: ")").last?.split(separator: " ") ?? []
        #expect(fields[16] == "19" && fields[38] == "5")
        #expect(try text("disk").hasPrefix("idle"))
        let (files, signals) = (try text("files"), try text("signals"))
        #expect(Int(files.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 99 <= 5, "\(files)")
        // Beyond the 31st are those that the C library keeps for itself.
        let masks = signals.split(separator: "\n").map {
            UInt64($0.suffix(16), radix: 16).map { $0 & 0x7FFF_FFFF }
        }
        #expect(masks == [0, 0], "\(signals)")
        try await setup.node.stop()
    }

    @Test(
        "with too few labels it is refused with the counts; without room, or switched off, it is refused too")
    func refusals() async throws {
        let few = try await TrainingNode(gaits: 1)
        let answer = try await few.client.ask("retrain", #"{"transaction": 1}"#)
        #expect(answer.error == "too_few_labels" && answer.data?["counts"]?["sad"]?.number == 1, "\(answer)")
        try await few.node.stop()
        let full = try await TrainingNode { $0.store.minimumFreeMegabytes = 1 << 30 }
        #expect(try await full.client.ask("retrain").error == "low_disk")
        try await full.node.stop()
        let off = try await TrainingNode { $0.retrain.isEnabled = false }
        #expect(try await off.client.ask("retrain").error == "disabled")
        try await off.node.stop()
    }

    @Test("a chatty child is passed on at most once a second, its last word included")
    func chatty() async throws {
        let setup = try await TrainingNode(
            script: """
                i=0; while [ $i -lt 400 ]; do i=$((i+1))
                echo "{\\"stage\\":\\"classifier\\",\\"epoch\\":$i,\\"epochs\\":400}"; sleep 0.005; done
                echo '{"state":"succeeded","stage":"evaluation","progress":1}'
                """)
        let start = Arrival.monotonicSeconds()
        _ = try await setup.retrain()
        // At idle priority it may have to wait for all other tests.
        let end = try await setup.client.training(within: 120) { $0.state == .succeeded }
        let seconds = Arrival.monotonicSeconds() - start
        let count = setup.client.log.messages.count { $0.topic == "gaitd/n1/training" }
        #expect(end.stage == .evaluation && end.progress == 1)
        #expect(Double(count) <= seconds + 4 && count >= 3, "\(count) messages in \(seconds) s")
        try await setup.node.stop()
    }

    @Test("stopping the node ends the child and says so, soon")
    func stop() async throws {
        let setup = try await TrainingNode(
            script:
                "trap '' TERM\necho $$ > \"$(dirname \"$0\")/child\"\n\(Self.running)\nwhile true; do sleep 0.1; done"
        )
        _ = try await setup.retrain()
        _ = try await setup.client.training { $0.stage == .classifier }
        let start = Arrival.monotonicSeconds()
        try await setup.node.stop()
        #expect(Arrival.monotonicSeconds() - start < Self.endingSeconds)
        let end = try await setup.client.training { $0.state == .cancelled }
        #expect(end.reason == "the node stopped")
        let text = try String(contentsOfFile: setup.folder.path("child"), encoding: .utf8)
        let process = try #require(Int32(text.trimmingCharacters(in: .whitespacesAndNewlines)))
        #expect(!Self.isAlive(process))
    }

    @Test("a job that an earlier run left unfinished is reported failed, and its process is ended")
    func leftBehind() async throws {
        let folder = try TemporaryFolder()
        let store = try GaitStore(path: folder.path("gaits.sqlite"), minimumFreeBytes: 0)
        let job = try store.startJob(request: "{}")
        let script = try folder.write("orphan", "while true; do sleep 0.1; done\n")
        let orphan = try ChildProcess(
            "/usr/bin/setsid", ["/bin/sh", script, "retrain", "--store", store.path, "--job", "\(job.id)"])
        #expect(
            Pause.until(within: 5) {
                TrainingCommand.isRun(by: orphan.identifier, job: job.id, store: store.path)
            })
        try store.updateJob(job.id, process: orphan.identifier)
        try store.close()
        let setup = try await TrainingNode(gaits: 0, folder: folder)
        let end = try await setup.client.training { $0.job == Int(job.id) }
        #expect(end.state == .failed && end.reason == "gaitd ended while it ran")
        #expect(orphan.exitCode(within: 2) == 128 + SIGKILL)
        try await setup.node.stop()
    }

    @Test("a version that a killed child promoted is served, and the job is said to have succeeded")
    func promotedBeforeTheEnd() async throws {
        let setup = try await TrainingNode(
            script: "echo $$ > \"$(dirname \"$0\")/child\"\n\(Self.running)\nwhile true; do sleep 0.1; done")
        let job = try await setup.retrain()
        _ = try await setup.client.training { $0.stage == .classifier }
        try setup.register(version: 4, favourite: 3, job: Int64(job))
        _ = try setup.registry().promote(4)
        let text = try String(contentsOfFile: setup.folder.path("child"), encoding: .utf8)
        kill(try #require(Int32(text.trimmingCharacters(in: .whitespacesAndNewlines))), SIGKILL)
        let end = try await setup.client.training { $0.state.isFinal }
        #expect(end.state == .succeeded && end.model == .number(4) && end.reason == "better", "\(end)")
        _ = try await setup.client.log.first(InfoMessage.self, on: "gaitd/n1/info") {
            $0.model["version"]?.number == 4
        }
        try await setup.node.stop()
        #expect(try GaitStore(path: setup.storePath).latestJob()?.state == .succeeded)
    }

    @Test(
        "a job whose version was registered before an earlier run was killed came to what the registry says")
    func reconciled() async throws {
        let setup = try await TrainingNode()
        try await setup.node.stop()
        let store = try GaitStore(path: setup.storePath, minimumFreeBytes: 0)
        let job = try store.startJob(request: "{}")
        try setup.register(version: 4, favourite: 3, job: job.id)
        _ = try setup.registry().promote(4)
        let next = try await TrainingNode(gaits: 0, folder: setup.folder)
        let end = try await next.client.training { $0.job == Int(job.id) }
        #expect(end.state == .succeeded && end.model == .number(4), "\(end)")
        try await next.node.stop()
        #expect(try store.job(job.id).state == .succeeded)
    }

    @Test("new labels start it by schedule")
    func schedule() async throws {
        let setup = try await TrainingNode(script: #"echo '{"state":"succeeded"}'"#) {
            $0.retrain.everyLabels = 1
        }
        let message = (0..<80).map { WalkingFigure.message([WalkingFigure(id: nil)], at: Double($0) / 30) }
            .joined(separator: ",")
        _ = try await setup.client.ask("label", #"{"gait": [\#(message)], "emotion": "sad"}"#)
        _ = try await setup.client.training { $0.state == .succeeded }
        try await setup.node.stop()
    }

    @Test("forgetting ends the job that may train on the gaits, and another one begins without them")
    func forgetWhileTraining() async throws {
        let setup = try await TrainingNode(script: "\(Self.running)\nsleep 60", gaits: 3)
        let first = try await setup.retrain()
        _ = try await setup.client.training { $0.stage == .classifier }
        let answer = try await setup.client.ask("forget", #"{"person": "sad1", "retrain": true}"#)
        #expect(answer.status == .ok && answer.data?["job"]?.number == Double(first + 1), "\(answer)")
        let end = try await setup.client.training { $0.job == first && $0.state.isFinal }
        #expect(end.state == .cancelled && end.reason?.contains("forgotten") == true)
        _ = try await setup.client.training { $0.job == first + 1 && $0.state == .running }
        try await setup.node.stop()
    }

    private static func isAlive(_ process: Int32) -> Bool {
        guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8) else {
            return false
        }
        // A zombie whose parent has not looked yet runs no more.
        return !text.contains(") Z")
    }
}
