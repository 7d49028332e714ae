#pragma once

#include <stdint.h>

/// Lets the calling thread take denormal floating-point numbers for zero, as operands and as results. Returns the
/// thread's mode before, for `cfloatingpoint_restore`.
///
/// Changes nothing on processors other than x86-64 and ARM64.
uint64_t cfloatingpoint_flush_denormals(void);

/// Sets the calling thread's mode to one that `cfloatingpoint_flush_denormals` returned.
void cfloatingpoint_restore(uint64_t mode);
