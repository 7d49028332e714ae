import ArgumentParser
import Foundation
import Gait

/// `gaitctl draw`: draws gaits as animated stick figures.
struct DrawCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "draw",
        abstract: "Draw gaits as animated stick figures, side by side in one SVG file.",
        discussion: """
            The picture moves endlessly in every browser, without scripts. Left limbs are orange, right limbs blue. The \
            camera moves along with the walker and the ground passes by; with --world it stays at the start of the \
            walk. If the root stays in place, as in hip-centered sources, the ground passes as fast as the standing \
            foot does. Simulated walks are cut to whole strides, so that they repeat without a jump.

            Examples:
              gaitctl draw --simulate angry --simulate sad --seed 3 --out walks.svg
              gaitctl draw --dataset emotion4 --gait KEY --view side > walk.svg
              gaitctl draw --recording walk.jsonl --person 7 --at 12 --out walk.svg
            """)

    @OptionGroup var sources: GaitSourceOptions

    @Option(help: "The viewpoint: front, side or oblique.")
    var view = FigureView.oblique

    @Flag(help: "Keep the camera in place and let the walkers cross the picture.")
    var world = false

    @Option(help: "Seconds of each gait to draw, from its start.")
    var seconds = 2.5

    @Option(help: ArgumentHelp("The file to write. Default: stdout.", valueName: "file"))
    var out: String?

    func validate() throws {
        guard (0.1...20).contains(seconds) else {
            throw ValidationError("--seconds is 0.1 to 20, not \(seconds).")
        }
    }

    func run() throws {
        let figures = try sources.gaits(seconds: seconds, inWholeStrides: !world).map { sourced in
            // The last frame of a repeating walk equals its first.
            let isLooped = !sources.simulate.isEmpty && !world
            let frames = sourced.gait.frames - (isLooped ? 1 : 0)
            return GaitSheet.Figure(
                title: sourced.title,
                details: [
                    sourced.detail, "\(frames) frames · \(Int(sourced.rate.rounded())) fps",
                ],
                walk: FigureWalk(sourced.gait, following: world ? .world : .walker), rate: sourced.rate)
        }
        try PictureFile.write(GaitSheet(figures, view: view).document(), to: out)
    }
}
