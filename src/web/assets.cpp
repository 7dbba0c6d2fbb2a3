#include "web/assets.h"

#include <array>
#include <utility>

namespace prova::web {

std::string_view content_type_of(std::string_view path) {
  using namespace std::string_view_literals;
  static constexpr auto kTypes = std::to_array<std::pair<std::string_view, std::string_view>>({
      {".html", "text/html; charset=utf-8"},      {".js", "text/javascript; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},        {".json", "application/json; charset=utf-8"},
      {".svg", "image/svg+xml"},                  {".png", "image/png"},
      {".ico", "image/x-icon"},                   {".txt", "text/plain; charset=utf-8"},
      {".webmanifest", "application/manifest+json"},
  });
  for (const auto& [ending, type] : kTypes) {
    if (path.ends_with(ending)) return type;
  }
  return "application/octet-stream"sv;
}

}  // namespace prova::web
