# Fails if PROGRAM has more than MOST bytes.
file(SIZE ${PROGRAM} size)
if(size GREATER MOST)
  file(REMOVE ${PROGRAM})
  message(FATAL_ERROR "${PROGRAM} has ${size} bytes, more than ${MOST}")
endif()
