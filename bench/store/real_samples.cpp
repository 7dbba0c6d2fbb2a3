#include "real_samples.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <set>

#include "kinship/learn.h"
#include "workbench/opened_file.h"
#include "workbench/package_database.h"

namespace prova {
namespace {

namespace fs = std::filesystem;

/// Larger files would be a tenth of the index each.
constexpr std::uintmax_t kLargestFile = 40 << 20;
constexpr std::uintmax_t kSmallestFile = 8 << 10;

bool looks_like_program(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  char magic[8] = {};
  in.read(magic, sizeof magic);
  const std::string_view start(magic, static_cast<std::size_t>(in.gcount()));
  return start.starts_with("\x7f" "ELF") || start.starts_with("MZ") || start.starts_with("!<arch>");
}

std::uint32_t below(std::mt19937_64& random, std::size_t n) { return static_cast<std::uint32_t>(random() % n); }

/// Replaces `percent` of the keys. Returns whether any was.
bool replace(std::vector<FeatureKey>& keys, const std::vector<FeatureKey>& others, std::uint32_t percent,
             std::mt19937_64& random) {
  bool any = false;
  for (FeatureKey& key : keys) {
    if (below(random, 100) >= percent) continue;
    any = true;
    key = below(random, 3) == 0 || others.empty()
              ? (static_cast<FeatureKey>(random()) & ~31U) | (key & 31U)
              : others[below(random, others.size())];
  }
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  return any;
}

}  // namespace

Result<std::vector<RealFile>> real_files() {
  PROVA_TRY(packages, installed_packages());
  std::vector<RealFile> files;
  std::set<std::pair<std::string, std::uintmax_t>> seen;
  for (const Package& package : packages) {
    PROVA_TRY(paths, files_of(package));
    for (const fs::path& path : paths) {
      std::error_code error;
      if (!fs::is_regular_file(fs::symlink_status(path, error)) || error) continue;
      const std::uintmax_t size = fs::file_size(path, error);
      if (error || size < kSmallestFile || size > kLargestFile || !looks_like_program(path)) continue;
      if (!seen.emplace(path.filename().string(), size).second) continue;
      files.push_back({path, package.name, upstream_version(package.version)});
    }
  }
  std::sort(files.begin(), files.end(), [](const RealFile& a, const RealFile& b) {
    return std::pair(hash64(a.path.string()), a.path) < std::pair(hash64(b.path.string()), b.path);
  });
  return files;
}

std::vector<StoredSample> analyze_real(const RealFile& file, unsigned threads) {
  std::vector<StoredSample> samples;
  const auto opened = open_file(file.path);
  if (!opened) return samples;
  for (const BinaryImage& image : opened->loaded.images) {
    SampleRecord record;
    record.sha256 = opened->sha256;
    record.member = image.member;
    record.name = file.path.filename().string();
    record.family = file.package;
    record.version = file.version;
    record.role = SampleRole::kGoodware;
    auto sample = make_stored_sample(image, std::move(record), threads);
    if (sample && !sample->functions.empty()) samples.push_back(*std::move(sample));
  }
  return samples;
}

bool is_copy(const SampleRecord& record) { return record.family.find(' ') != std::string::npos; }

Sha256 digest_of_copy(const SampleRecord& original, std::uint64_t copy) {
  return sha256(as_bytes(fmt::format("{} {}", to_hex(original.sha256), copy)));
}

StoredSample perturbed(const StoredSample& original, std::uint64_t copy, std::mt19937_64& random) {
  StoredSample sample;
  sample.record = original.record;
  sample.record.sha256 = digest_of_copy(original.record, copy);
  sample.record.family = fmt::format("{} {}", original.record.family, copy);
  const std::uint32_t percent = 5 + below(random, 36);
  std::vector<std::uint32_t> kept(original.functions.size(), ~0U);
  std::uint32_t count = 0;
  for (std::uint32_t& number : kept) number = below(random, 10) == 0 ? ~0U : count++;
  for (std::size_t f = 0; f < kept.size(); ++f) {
    if (kept[f] == ~0U) continue;
    StoredFunction function = original.functions[f];
    Fingerprint& print = function.fingerprint;
    const Fingerprint& other = original.functions[below(random, original.functions.size())].fingerprint;
    const bool own = replace(print.own, other.own, percent, random);
    const bool callees = replace(print.with_callees, other.with_callees, percent, random);
    if (own || callees) print.exact = random() | 1;
    std::erase_if(function.callees, [&](std::uint32_t callee) { return kept[callee] == ~0U; });
    for (std::uint32_t& callee : function.callees) callee = kept[callee];
    sample.functions.push_back(std::move(function));
  }
  return sample;
}

}  // namespace prova
