// dump_functions FILE...: one line per discovered function on stdout, one line of figures per file on stderr.
// Columns: address, kind, reason, size, blocks, instructions, returns, name.

#include <cstdio>
#include <ctime>
#include <sys/resource.h>

#include "base/file.h"
#include "binary/load.h"
#include "program/program.h"

namespace {

using prova::raw;

prova::Result<prova::BinaryImage> load_any(prova::ByteView file) {
  if (prova::looks_like_elf(file)) return prova::load_elf(file);
  if (prova::looks_like_pe(file)) return prova::load_pe(file);
  return prova::fail(prova::ErrorCode::kUnsupported, "neither ELF nor PE");
}

/// Processor time, so that other programs on the machine do not count.
double seconds_since(std::clock_t begin) { return static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC; }

int dump(const char* path) {
  const auto file = prova::MappedFile::open(path);
  const auto loaded_at = std::clock();
  const auto image = file ? load_any(file->bytes()) : tl::unexpected(file.error());
  if (!image) return std::fprintf(stderr, "%s: %s\n", path, to_string(image.error()).c_str()), 1;
  const double load_seconds = seconds_since(loaded_at);
  const auto begin = std::clock();
  const auto program = prova::discover(*image);
  const double seconds = seconds_since(begin);
  if (!program) return std::fprintf(stderr, "%s: %s\n", path, to_string(program.error()).c_str()), 1;
  std::size_t instructions = 0;
  for (const prova::Function& f : program->functions) {
    instructions += f.instructions;
    std::printf("%#llx %s %s %llu %zu %u %d %s\n", static_cast<unsigned long long>(raw(f.address)),
                std::string(name_of(f.kind)).c_str(), std::string(name_of(f.reason)).c_str(),
                static_cast<unsigned long long>(f.size), f.blocks.size(), f.instructions, f.returns ? 1 : 0, f.name.c_str());
  }
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  std::fprintf(stderr,
               "figures file=%s functions=%zu instructions=%zu code_bytes=%llu covered_bytes=%llu anomalies=%zu "
               "load_seconds=%.4f seconds=%.4f peak_kilobytes=%ld\n",
               path, program->functions.size(), instructions, static_cast<unsigned long long>(program->code_bytes),
               static_cast<unsigned long long>(program->covered_bytes), program->anomalies.size(), load_seconds, seconds,
               usage.ru_maxrss);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  int status = 0;
  for (int i = 1; i < argc; ++i) status |= dump(argv[i]);
  return status;
}
