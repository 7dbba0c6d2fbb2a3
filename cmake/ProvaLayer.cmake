# prova_layer(NAME LINKS target...)
#
# Declares the folder src/NAME as the static library prova_NAME, built from every .cpp in it and in its
# subfolders, and its unit tests (*_test.cpp) as one test program NAME_test. LINKS names the layers and libraries
# that it may use, and nothing else: the layer order is enforced here and by scripts/check_layers.
function(prova_layer name)
  cmake_parse_arguments(ARG "" "" "LINKS;PRIVATE_LINKS;TEST_LINKS" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp ${CMAKE_CURRENT_SOURCE_DIR}/*.h)
  set(tests ${sources})
  list(FILTER sources EXCLUDE REGEX "_test(_support)?\\.(cpp|h)$")
  list(FILTER tests INCLUDE REGEX "_test(_support)?\\.cpp$")
  if(NOT sources MATCHES "\\.cpp")  # A layer of headers only.
    add_library(prova_${name} INTERFACE)
    target_link_libraries(prova_${name} INTERFACE prova_options ${ARG_LINKS})
    return()
  endif()
  add_library(prova_${name} STATIC ${sources})
  target_link_libraries(prova_${name} PUBLIC prova_options ${ARG_LINKS} PRIVATE ${ARG_PRIVATE_LINKS})
  if(PROVA_BUILD_TESTS AND tests)
    add_executable(${name}_test ${tests})
    target_link_libraries(${name}_test PRIVATE prova_${name} ${ARG_TEST_LINKS} GTest::gtest GTest::gmock GTest::gtest_main)
    target_compile_definitions(${name}_test PRIVATE PROVA_SOURCE_DIR="${CMAKE_SOURCE_DIR}" PROVA_BINARY_DIR="${CMAKE_BINARY_DIR}")
    gtest_discover_tests(${name}_test DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT 300 LABELS unit)
  endif()
endfunction()
