# Compiler flags that every target shares, as the interface target prova_options.
add_library(prova_options INTERFACE)
target_include_directories(prova_options INTERFACE ${CMAKE_SOURCE_DIR}/src)
target_compile_options(prova_options INTERFACE
  -Wall -Wextra -Wshadow -Wnon-virtual-dtor -Wcast-qual -Wold-style-cast -Wimplicit-fallthrough
  $<$<BOOL:${PROVA_WERROR}>:-Werror>)

if(PROVA_SANITIZE)
  target_compile_options(prova_options INTERFACE
    -fsanitize=${PROVA_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(prova_options INTERFACE -fsanitize=${PROVA_SANITIZE})
endif()
if(PROVA_BUILD_FUZZERS)
  # Coverage counters in every library; the driver is linked only into the fuzz targets.
  target_compile_options(prova_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

find_program(PROVA_CCACHE ccache)
if(PROVA_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_C_COMPILER_LAUNCHER ${PROVA_CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${PROVA_CCACHE})
endif()
