#include "kinship/startup_code.h"

#include <algorithm>

#include "kinship/startup_code_table.h"

namespace prova {

bool is_mingw_startup(std::uint64_t exact_hash) {
  return exact_hash != 0 && std::binary_search(kMingwStartup.begin(), kMingwStartup.end(), exact_hash);
}

}  // namespace prova
