#include "kinship/common_code.h"

#include <algorithm>

#include "kinship/common_code_table.h"

namespace prova {

bool is_common_code(std::uint64_t exact_hash) {
  return exact_hash != 0 && std::binary_search(kCommonCode.begin(), kCommonCode.end(), exact_hash);
}

}  // namespace prova
