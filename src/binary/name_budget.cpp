#include "binary/name_budget.h"

#include <cstring>

namespace prova {

std::string NameBudget::keep(std::string_view name, FileOffset offset, std::vector<Defect>& defects) {
  const std::string_view kept = name.substr(0, kMaxNameCopy);
  if (kept.size() <= left_) {
    left_ -= kept.size();
    return std::string(kept);
  }
  if (!spent_) add_defect(defects, offset, "names beyond 4 times the file size are left out");
  spent_ = true;
  left_ = 0;
  return {};
}

std::string_view text_at(ByteView bytes, std::uint64_t offset) {
  const std::string_view rest = as_text(clamped(bytes, offset, kMaxNameCopy));
  if (rest.empty()) return {};
  return rest.substr(0, ::strnlen(rest.data(), rest.size()));
}

}  // namespace prova
