# Writes the source that a mutation describes, changed, to OUT.
#
#   cmake -DMUTATION=NAME.mutation -DROOT=DIR -DOUT=FILE -P mutate.cmake
#
# The text to be replaced must stand in the source exactly once: a mutation whose place has moved or
# gone fails here, so that none is kept that changes nothing.

function(part TEXT BEGIN END OUT_VARIABLE)
  string(FIND "${TEXT}" "${BEGIN}" begin)
  string(LENGTH "${BEGIN}" length)
  math(EXPR begin "${begin} + ${length}")
  string(SUBSTRING "${TEXT}" ${begin} -1 rest)
  string(FIND "${rest}" "${END}" length)
  string(SUBSTRING "${rest}" 0 ${length} rest)
  string(REGEX REPLACE "\n$" "" rest "${rest}")
  set(${OUT_VARIABLE} "${rest}" PARENT_SCOPE)
endfunction()

file(READ "${MUTATION}" mutation)
part("${mutation}" "file: " "\n" file)
part("${mutation}" "==== original\n" "==== mutated" original)
part("${mutation}" "==== mutated\n" "==== end" mutated)
file(READ "${ROOT}/${file}" source)
string(LENGTH "${source}" before)
string(REPLACE "${original}" "" without "${source}")
string(LENGTH "${without}" after)
string(LENGTH "${original}" length)
math(EXPR removed "${before} - ${after}")
if(NOT removed EQUAL length)
  message(FATAL_ERROR "${MUTATION}: its text does not stand exactly once in ${file}")
endif()
string(REPLACE "${original}" "${mutated}" source "${source}")
file(WRITE "${OUT}" "${source}")
