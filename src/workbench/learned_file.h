#pragma once
// What `learn` reports of one file.

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace prova {

struct LearnedFile {
  std::string path, sha256;
  std::uint64_t programs = 0;   ///< Members of an archive or fat file count one each.
  std::uint64_t functions = 0;  ///< With a fingerprint: thunks and PLT stubs left out.
  std::vector<Defect> defects;
};

}  // namespace prova
