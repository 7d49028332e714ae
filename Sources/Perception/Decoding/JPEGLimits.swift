/// What a JPEG may ask of the decoder; checked in its header, before anything is allocated for it.
package struct JPEGLimits: Equatable, Sendable {
    /// Pixels along a side.
    package var side = 4096
    /// Pixels in all: those of a 4096x2304 camera.
    package var pixels = 4096 * 2304
    /// Bytes of the coefficients of an image in several scans, such as a progressive one, which are held all at once:
    /// 2 for each sample. A 1920x1080 image without halved colours has 12.5 million.
    package var coefficientBytes = 32 << 20
    /// Scans of a progressive image; encoders write about ten. Each goes through the whole image, and a small file
    /// can have thousands.
    package var scans = 32

    package init() {}
}
