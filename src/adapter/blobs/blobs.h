#pragma once

// blobs: the sealed segments of large items (node/ports/blobs.h).
//
//   file_blobs.h    FileBlobs: files in a folder, mode 0600 in folders of mode 0700
//   memory_blobs.h  MemoryBlobs: its twin for tests and simulations, with faults on demand
//
// tests/conformance holds both to the same promises.

#include "adapter/blobs/file_blobs.h"    // IWYU pragma: export
#include "adapter/blobs/memory_blobs.h"  // IWYU pragma: export
