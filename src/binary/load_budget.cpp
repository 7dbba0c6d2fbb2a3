#include "binary/load_budget.h"

#include <fmt/format.h>

namespace prova {

bool LoadBudget::take(std::uint64_t bytes, FileOffset offset) {
  if (bytes <= left_) {
    left_ -= bytes;
    return true;
  }
  if (!spent_) spent_at_ = offset;
  spent_ = true;
  left_ = 0;
  return false;
}

void LoadBudget::report(std::vector<Defect>& defects) const {
  if (!spent_) return;
  add_defect(defects, spent_at_,
             fmt::format("tables need more memory than {} bytes per byte of file, the rest is left out",
                         kTableBytesPerFileByte));
}

void DefectTally::report(std::vector<Defect>& defects, std::string_view what) const {
  if (count_ > 0) add_defect(defects, first_, fmt::format("{} {}", count_, what));
}

}  // namespace prova
