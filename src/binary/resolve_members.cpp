#include "binary/resolve_members.h"

#include <set>
#include <string_view>
#include <utility>

namespace prova {

void resolve_members(std::vector<BinaryImage>& members) {
  std::set<std::pair<Arch, std::string_view>> defined;
  for (const BinaryImage& member : members) {
    for (const Symbol& symbol : member.symbols) {
      if (symbol.global) defined.emplace(member.arch, symbol.name);
    }
  }
  for (BinaryImage& member : members) {
    for (Import& import : member.imports) {
      if (defined.contains({member.arch, import.name})) import.in_archive = true;
    }
  }
}

}  // namespace prova
