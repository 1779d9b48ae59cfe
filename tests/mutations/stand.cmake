# Whether every mutation still stands in its source, so that a change of the code does not leave one
# behind that only the long hunt would miss.
#
#   cmake -DMUTATIONS=DIR -DROOT=DIR -DOUT=FILE -P stand.cmake

file(GLOB mutations "${MUTATIONS}/*.mutation")
list(LENGTH mutations count)
if(count EQUAL 0)
  message(FATAL_ERROR "there are no mutations in ${MUTATIONS}")
endif()
set(gone 0)
foreach(MUTATION IN LISTS mutations)
  execute_process(
    COMMAND ${CMAKE_COMMAND} -DMUTATION=${MUTATION} -DROOT=${ROOT} -DOUT=${OUT}
            -P ${MUTATIONS}/mutate.cmake
    RESULT_VARIABLE status)
  if(NOT status EQUAL 0)
    math(EXPR gone "${gone} + 1")
  endif()
endforeach()
if(gone GREATER 0)
  message(FATAL_ERROR "${gone} of ${count} mutations do not stand any more")
endif()
