// Reports that somebody forged, as the workbench reads them: the first byte chooses which.
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "workbench/views/damage_view.h"
#include "workbench/views/kinship_view.h"
#include "workbench/views/leak_view.h"
#include "workbench/views/marked_text.h"

namespace {

/// A case directory of this process, gone at its end.
struct CaseDirectory {
  std::filesystem::path path = std::filesystem::temp_directory_path() / fmt::format("prova-fuzz-views-{}", ::getpid());
  CaseDirectory() { std::filesystem::create_directories(path / "report"); }
  ~CaseDirectory() { std::filesystem::remove_all(path); }
  void write(const char* name, const std::uint8_t* data, std::size_t size) const {
    std::ofstream(path / "report" / name, std::ios::binary).write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
  }
};

void mark(const std::uint8_t* data, std::size_t size) {
  if (size < 8) return;
  const std::string_view text(reinterpret_cast<const char*>(data + 8), size - 8);
  std::vector<prova::MarkedRange> marks;
  for (int i = 0; i < 4; ++i) marks.push_back({static_cast<prova::MarkKind>(i), {data[i], std::uint64_t{data[i]} + data[4 + i]}});
  std::uint64_t left_out = 0;
  for (const auto& segment : prova::marked_segments(text, marks, data[0], data[1] % 32)) left_out += segment.bytes;
  if (left_out > text.size()) __builtin_trap();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const CaseDirectory kCase;
  if (size == 0) return 0;
  const prova::RowQuery query{"a", {}, "-label", 0, 10};
  switch (data[0] % 4) {
    case 0:
      kCase.write("report.json", data + 1, size - 1);
      if (const auto view = prova::KinshipView::read(kCase.path)) static_cast<void>((*view)->document({}));
      break;
    case 1:
      kCase.write("damage.json", data + 1, size - 1);
      if (const auto view = prova::DamageView::read(kCase.path)) {
        static_cast<void>((*view)->files(query));
        static_cast<void>((*view)->map({0, 0, 0, 100}));
        static_cast<void>((*view)->map({0, ~0ULL, ~0ULL, 100}));
      }
      break;
    case 2:
      kCase.write("leak.json", data + 1, size - 1);
      if (const auto view = prova::LeakView::read(kCase.path)) static_cast<void>((*view)->documents(query));
      break;
    default: mark(data + 1, size - 1);
  }
  return 0;
}
