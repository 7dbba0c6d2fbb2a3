#include "knowledge/shipped.h"

#include <cassert>
#include <string_view>

#include "knowledge/own_yaml.h"

// The assembler includes the file, as for the fingerprint weights: the YAML stays the one thing to edit.
asm(".pushsection .rodata\n"
    ".globl prova_shipped_knowledge_begin\n"
    ".globl prova_shipped_knowledge_end\n"
    "prova_shipped_knowledge_begin:\n"
    ".incbin \"" PROVA_KNOWLEDGE_FILE "\"\n"
    "prova_shipped_knowledge_end:\n"
    ".byte 0\n"
    ".popsection\n");

extern "C" {
extern const char prova_shipped_knowledge_begin[];
extern const char prova_shipped_knowledge_end[];
}

namespace prova::knowledge {

const Source& shipped_source() {
  static const Source source = [] {
    const std::string_view text(prova_shipped_knowledge_begin,
                                static_cast<std::size_t>(prova_shipped_knowledge_end - prova_shipped_knowledge_begin));
    auto read = read_own_yaml(text);
    assert(read && "the shipped knowledge file is not valid");
    return read ? *std::move(read) : Source{};
  }();
  return source;
}

}  // namespace prova::knowledge
