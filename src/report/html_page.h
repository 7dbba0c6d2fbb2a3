#pragma once
// What every page of ours has in its head. Internal to report/html*.cpp.

#include <string>
#include <string_view>

namespace prova::report::html {

/// A Content-Security-Policy: nothing may be loaded and nothing may run; only the style sheet with this digest applies.
[[nodiscard]] std::string security_policy(std::string_view style);

}  // namespace prova::report::html
