# The only way to add a library, a program, a fuzz target or a benchmark.
#
#   comity_library(ground/codec SOURCES a.cc ... TESTS a_test.cc ... [PACKAGES Boost::json ...]
#                  [TEST_NEEDS adapter/memory ...] [TEST_PACKAGES ...] [TEST_LABEL coroutines])
#
# The folder is the library is the namespace. What it may use stands in cmake/edges.txt and nowhere
# else; a library that is missing there does not configure.

set_property(DIRECTORY ${CMAKE_SOURCE_DIR} APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
             ${CMAKE_SOURCE_DIR}/cmake/edges.txt)
file(STRINGS ${CMAKE_SOURCE_DIR}/cmake/edges.txt COMITY_EDGES REGEX "^[a-z]+/[a-z0-9]+:")

function(comity_target_of LIBRARY OUT)
  get_filename_component(leaf ${LIBRARY} NAME)
  set(${OUT} comity_${leaf} PARENT_SCOPE)
endfunction()

function(comity_edges_of LIBRARY OUT)
  foreach(line IN LISTS COMITY_EDGES)
    if(line MATCHES "^${LIBRARY}:(.*)$")
      string(STRIP "${CMAKE_MATCH_1}" needs)
      separate_arguments(needs)
      set(${OUT} "${needs}" PARENT_SCOPE)
      return()
    endif()
  endforeach()
  message(FATAL_ERROR "${LIBRARY} has no line in cmake/edges.txt")
endfunction()

function(comity_link_libraries TARGET SCOPE)
  foreach(library IN LISTS ARGN)
    comity_target_of(${library} needed)
    target_link_libraries(${TARGET} ${SCOPE} ${needed})
  endforeach()
endfunction()

# Lets TARGET, a `library`, `program` or `test` that links the libraries named, start from what is
# precompiled for its kind (cmake/precompiled.cmake); nothing without COMITY_PCH.
function(comity_precompiled TARGET KIND)
  if(NOT COMITY_PCH)
    return()
  endif()
  set(from comity_precompiled_${KIND})
  foreach(library IN LISTS ARGN)
    if("${library}:;${COMITY_EDGES}" MATCHES "^domain/casework:|;${library}:[^;]* domain/casework")
      set(from comity_precompiled_${KIND}_casework)
    endif()
  endforeach()
  target_precompile_headers(${TARGET} REUSE_FROM ${from})
endfunction()

function(comity_library LIBRARY)
  cmake_parse_arguments(ARG "" "TEST_LABEL" "SOURCES;TESTS;PACKAGES;TEST_NEEDS;TEST_PACKAGES" ${ARGN})
  comity_target_of(${LIBRARY} target)
  comity_edges_of(${LIBRARY} needs)
  add_library(${target} STATIC ${ARG_SOURCES})
  comity_precompiled(${target} library ${LIBRARY})
  target_include_directories(${target} PUBLIC ${CMAKE_SOURCE_DIR}/src)
  target_link_libraries(${target} PUBLIC comity_flags)
  comity_link_libraries(${target} PUBLIC ${needs})
  if(ARG_PACKAGES)
    target_link_libraries(${target} PUBLIC ${ARG_PACKAGES})
  endif()
  if(ARG_TESTS AND COMITY_TESTS)
    comity_test(${target}_test SOURCES ${ARG_TESTS} NEEDS ${LIBRARY} ${ARG_TEST_NEEDS}
                PACKAGES ${ARG_TEST_PACKAGES} LABEL ${ARG_TEST_LABEL})
  endif()
endfunction()

# comity_test(NAME SOURCES ... NEEDS ground/base ... [PACKAGES ...] [LABEL coroutines] [TIMEOUT 120])
function(comity_test NAME)
  cmake_parse_arguments(ARG "" "LABEL;TIMEOUT" "SOURCES;NEEDS;PACKAGES" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  add_executable(${NAME} ${ARG_SOURCES})
  comity_precompiled(${NAME} test ${ARG_NEEDS})
  comity_link_libraries(${NAME} PRIVATE ${ARG_NEEDS})
  target_link_libraries(${NAME} PRIVATE comity_flags GTest::gtest GTest::gmock GTest::gtest_main
                        rapidcheck ${ARG_PACKAGES})
  target_compile_definitions(${NAME} PRIVATE
                             COMITY_TEST_DATA="${CMAKE_SOURCE_DIR}/tests/data"
                             COMITY_LAW="${CMAKE_SOURCE_DIR}/law")
  if(COMITY_SANITIZE)
    # Half of that build would go into optimising code that spends its time in the libraries.
    target_compile_options(${NAME} PRIVATE -O0)
  endif()
  gtest_discover_tests(${NAME} DISCOVERY_MODE PRE_TEST PROPERTIES TIMEOUT ${ARG_TIMEOUT} LABELS "${ARG_LABEL}")
  set_property(GLOBAL APPEND PROPERTY COMITY_UNIT_TESTS ${NAME})
endfunction()

# comity_program(NAME SOURCES ... NEEDS ground/base ... [PACKAGES ...])
function(comity_program NAME)
  cmake_parse_arguments(ARG "" "" "SOURCES;NEEDS;PACKAGES" ${ARGN})
  add_executable(${NAME} ${ARG_SOURCES})
  comity_precompiled(${NAME} program ${ARG_NEEDS})
  comity_link_libraries(${NAME} PRIVATE ${ARG_NEEDS})
  target_link_libraries(${NAME} PRIVATE comity_flags ${ARG_PACKAGES})
endfunction()

# comity_fuzzer(NAME NEEDS ground/codec ...): fuzz/NAME_fuzz.cc, with fuzz/corpus/NAME as seeds.
function(comity_fuzzer NAME)
  cmake_parse_arguments(ARG "" "" "NEEDS" ${ARGN})
  if(NOT COMITY_FUZZ)
    return()
  endif()
  add_executable(${NAME}_fuzz ${CMAKE_SOURCE_DIR}/fuzz/${NAME}_fuzz.cc)
  comity_precompiled(${NAME}_fuzz program ${ARG_NEEDS})
  comity_link_libraries(${NAME}_fuzz PRIVATE ${ARG_NEEDS})
  target_link_libraries(${NAME}_fuzz PRIVATE comity_flags)
  target_link_options(${NAME}_fuzz PRIVATE -fsanitize=fuzzer)
  set_property(GLOBAL APPEND PROPERTY COMITY_FUZZERS ${NAME})
endfunction()
