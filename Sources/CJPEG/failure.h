#pragma once

#include <setjmp.h>
#include <stdio.h>

#include <jpeglib.h>

/// libjpeg's error handler, and where it jumps to. `manager` comes first: libjpeg knows only that.
///
/// Warnings are judged one by one. An image in which at least 95 % are intact is decoded to its end, and `is_repaired`
/// is set.
struct failure {
    struct jpeg_error_mgr manager;
    jmp_buf escape;
    int result;
    int is_repaired;
    /// Whether the bytes ended before the end marker.
    int has_ended;
    /// The restart interval being read: whether it is damaged, and whether only stray bytes at its end say so.
    int is_damaged, is_strayed;
    /// Restart intervals that are damaged or lost.
    unsigned int lost;
    /// The restart marker that libjpeg expected where it found another.
    int expected;
};

/// Sets up the handler. Errors, and warnings of more damage than can be tolerated, end the call that they occur in by
/// a jump to `escape`, with `result` saying why; nothing is ever printed.
struct jpeg_error_mgr *failure_begin(struct failure *failure);

/// Ends what libjpeg is doing.
_Noreturn void failure_escape(j_common_ptr info, int result);
