# What most files include, read once for a whole build (COMITY_PCH). The preset dev does without, so a
# file that forgets an include of its own does not build there.
#
# A precompiled header serves only files with its own flags, so tests have theirs; and since every second
# file reads all of casework, what may use casework has it precompiled too.

set(COMITY_PRECOMPILED <algorithm> <array> <chrono> <cstdint> <expected> <filesystem> <functional> <map>
    <memory> <optional> <ranges> <set> <span> <string> <string_view> <unordered_map> <utility> <variant>
    <vector>)

set(empty ${CMAKE_BINARY_DIR}/precompiled.cc)
file(WRITE ${empty}.new "int main() {}\n")
file(COPY_FILE ${empty}.new ${empty} ONLY_IF_DIFFERENT)

# comity_precompile(KIND HEADER...): what libraries, programs or tests have precompiled, with and without
# casework.
function(comity_precompile KIND)
  foreach(name comity_precompiled_${KIND} comity_precompiled_${KIND}_casework)
    if(KIND STREQUAL "library")
      add_library(${name} OBJECT ${empty})
    else()
      add_executable(${name} ${empty})
    endif()
    target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR}/src)
    target_link_libraries(${name} PRIVATE comity_flags)
    target_precompile_headers(${name} PRIVATE ${COMITY_PRECOMPILED} ${ARGN})
  endforeach()
  target_link_libraries(comity_precompiled_${KIND}_casework PRIVATE comity_boost_json)
  target_precompile_headers(comity_precompiled_${KIND}_casework PRIVATE
                            ${CMAKE_SOURCE_DIR}/src/domain/casework/casework.h)
endfunction()

comity_precompile(library)
comity_precompile(program)
if(COMITY_TESTS)
  comity_precompile(test <gtest/gtest.h> <rapidcheck.h>)
  foreach(name comity_precompiled_test comity_precompiled_test_casework)
    target_link_libraries(${name} PRIVATE GTest::gtest rapidcheck)
    if(COMITY_SANITIZE)
      target_compile_options(${name} PRIVATE -O0)  # as comity_test
    endif()
  endforeach()
endif()
