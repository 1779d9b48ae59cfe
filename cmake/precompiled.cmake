# What most files include, read once for a whole build (COMITY_PCH). The preset dev does without, so a
# file that forgets an include of its own does not build there.
#
# Two of them, since a precompiled header serves only files with its own flags.

set(COMITY_PRECOMPILED <algorithm> <array> <chrono> <cstdint> <expected> <functional> <map> <memory>
    <optional> <ranges> <set> <span> <string> <string_view> <unordered_map> <utility> <variant> <vector>)

set(empty ${CMAKE_BINARY_DIR}/precompiled.cc)
file(WRITE ${empty}.new "int main() {}\n")
file(COPY_FILE ${empty}.new ${empty} ONLY_IF_DIFFERENT)

add_library(comity_precompiled_library STATIC ${empty})
target_link_libraries(comity_precompiled_library PRIVATE comity_flags)
target_precompile_headers(comity_precompiled_library PRIVATE ${COMITY_PRECOMPILED})

if(COMITY_TESTS)
  add_executable(comity_precompiled_test ${empty})
  target_link_libraries(comity_precompiled_test PRIVATE comity_flags GTest::gtest)
  target_precompile_headers(comity_precompiled_test PRIVATE ${COMITY_PRECOMPILED} <gtest/gtest.h> <rapidcheck.h>)
  if(COMITY_SANITIZE)
    target_compile_options(comity_precompiled_test PRIVATE -O0)  # as comity_test
  endif()
endif()
