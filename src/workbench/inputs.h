#pragma once
// From what the user named to the files that are read: directories are walked, in a defined order.

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"

namespace prova {

/// Files walked from directories before we stop: a whole disk is a mistake, not an input.
constexpr std::size_t kMaxInputFiles = 1'000'000;

/// An input that could not be analysed.
struct FailedInput {
  std::string path;
  Error error;
};

struct Inputs {
  std::vector<std::filesystem::path> files;  ///< In the order named; directories' files ascending by path.
  std::vector<FailedInput> failed;           ///< Named things that are not there or cannot be listed.
};

/// Regular files among `named` and below its directories. Symbolic links inside directories are not followed.
[[nodiscard]] Inputs expand_inputs(std::span<const std::string> named);

}  // namespace prova
