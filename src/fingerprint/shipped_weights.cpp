#include "fingerprint/shipped_weights.h"

// The assembler includes the file: a C array of a megabyte would cost the compiler seconds and the repository three
// times the space. CMakeLists.txt names the file and makes this source depend on it.
asm(".pushsection .rodata\n"
    ".balign 16\n"
    ".globl prova_shipped_weights_begin\n"
    ".globl prova_shipped_weights_end\n"
    "prova_shipped_weights_begin:\n"
    ".incbin \"" PROVA_WEIGHTS_FILE "\"\n"
    "prova_shipped_weights_end:\n"
    ".byte 0\n"
    ".popsection\n");

extern "C" {
extern const std::byte prova_shipped_weights_begin[];
extern const std::byte prova_shipped_weights_end[];
}

namespace prova {

ByteView shipped_weights() {
  return {prova_shipped_weights_begin,
          static_cast<std::size_t>(prova_shipped_weights_end - prova_shipped_weights_begin)};
}

}  // namespace prova
