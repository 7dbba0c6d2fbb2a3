# version.h is rewritten at build time, only when the commit changes, so that `prova --version` is true
# and an unchanged tree is not rebuilt.
set(PROVA_VERSION_DIR ${CMAKE_BINARY_DIR}/generated)
add_custom_target(prova_version_header
  COMMAND ${CMAKE_COMMAND}
    -DOUTPUT=${PROVA_VERSION_DIR}/prova_version.h -DSOURCE=${CMAKE_SOURCE_DIR}
    -DVERSION=${PROJECT_VERSION} -DBUILD_TYPE=${CMAKE_BUILD_TYPE}
    -P ${CMAKE_SOURCE_DIR}/cmake/WriteVersion.cmake
  BYPRODUCTS ${PROVA_VERSION_DIR}/prova_version.h
  COMMENT "Looking at the commit")
