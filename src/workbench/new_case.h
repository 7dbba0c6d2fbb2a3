#pragma once
// A new case directory: the use case behind `prova new`.

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace prova {

/// The commented case file that a new case starts with. It is valid as it stands and says what to fill in.
[[nodiscard]] std::string case_template(std::string_view name);

/// Makes DIRECTORY with case.yaml and artifacts/. Errors: kUsage when there is a case.yaml already; kIo.
[[nodiscard]] Status new_case(const std::filesystem::path& directory);

}  // namespace prova
