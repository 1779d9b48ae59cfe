#pragma once

// memory: the ports without a world, for tests and simulations.
//
//   memory_store.h     MemoryStore: ports::Store with faults that the test orders
//   memory_files.h     MemoryLedgerFiles: the ledger's public face
//   memory_day_keys.h  MemoryDayKeys: the keys of erasure days
//   test_clock.h       FixedClock, SteppingClock
//
// The twins keep the same promises as the real adapters; tests/conformance runs both.

#include "adapter/memory/memory_day_keys.h"  // IWYU pragma: export
#include "adapter/memory/memory_files.h"     // IWYU pragma: export
#include "adapter/memory/memory_store.h"     // IWYU pragma: export
#include "adapter/memory/test_clock.h"       // IWYU pragma: export
