# The AArch64 disassembler of LLVM 19, linked as the one shared library that Debian ships. llvm-config is asked
# instead of LLVM's CMake package, which pulls in every component's dependencies (zstd, libedit, ffi headers).
find_program(PROVA_LLVM_CONFIG NAMES llvm-config-19 REQUIRED)
execute_process(COMMAND ${PROVA_LLVM_CONFIG} --includedir OUTPUT_VARIABLE llvm_include OUTPUT_STRIP_TRAILING_WHITESPACE)
execute_process(COMMAND ${PROVA_LLVM_CONFIG} --libdir OUTPUT_VARIABLE llvm_libdir OUTPUT_STRIP_TRAILING_WHITESPACE)
find_library(PROVA_LLVM_LIBRARY NAMES LLVM-19 LLVM PATHS ${llvm_libdir} NO_DEFAULT_PATH REQUIRED)
add_library(prova_llvm INTERFACE)
target_include_directories(prova_llvm SYSTEM INTERFACE ${llvm_include})
target_compile_definitions(prova_llvm INTERFACE __STDC_CONSTANT_MACROS __STDC_FORMAT_MACROS __STDC_LIMIT_MACROS)
target_link_libraries(prova_llvm INTERFACE ${PROVA_LLVM_LIBRARY})
