#include "corpus_programs.h"

#include <algorithm>
#include <fmt/format.h>
#include <fstream>
#include <sstream>

#include "base/file.h"
#include "binary/load.h"
#include "fingerprint/call_targets.h"
#include "kinship/learn.h"
#include "kinship/parallel.h"

namespace prova::bench {
namespace {

Result<CorpusProgram> load_program(const CorpusEntry& entry) {
  PROVA_TRY(file, MappedFile::open(entry.path));
  PROVA_TRY(loaded, load(file.bytes()));
  const BinaryImage& image = loaded.images.front();
  PROVA_TRY(program, discover(image));
  link_own_imports(program);
  PROVA_TRY(features, extract_features(program, 1));
  CorpusProgram result{entry.set, entry.project, entry.compiler, entry.level, entry.path, {}, std::move(features), {}};
  SampleRecord record;
  record.sha256 = sha256(file.bytes());
  record.name = entry.project + '-' + entry.compiler + '-' + entry.level;
  record.family = entry.project;
  std::vector<Fingerprint> none(program.functions.size());
  result.sample = describe_program(program, std::move(record), std::move(none));
  // On 32-bit Windows every C name carries an underscore that the same function elsewhere lacks.
  const bool decorated = image.format == Format::kPe && image.arch == Arch::kX86;
  for (StoredFunction& f : result.sample.functions) {
    if (decorated && f.name.starts_with('_')) f.name.erase(0, 1);
  }
  for (Function& f : program.functions) {
    f.blocks = {};
    f.calls = {};
  }
  program.image = nullptr;
  result.program = std::move(program);
  return result;
}

}  // namespace

Result<std::vector<CorpusEntry>> read_corpus(const std::filesystem::path& list) {
  std::ifstream in(list);
  if (!in) return fail(ErrorCode::kIo, fmt::format("cannot read {}", list.string()));
  std::vector<CorpusEntry> entries;
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line.front() == '#') continue;
    std::istringstream fields(line);
    CorpusEntry e;
    std::getline(fields, e.set, '\t');
    std::getline(fields, e.project, '\t');
    std::getline(fields, e.compiler, '\t');
    std::getline(fields, e.level, '\t');
    std::getline(fields, e.path, '\t');
    entries.push_back(std::move(e));
  }
  return entries;
}

std::vector<CorpusProgram> load_programs(const std::vector<CorpusEntry>& entries, unsigned threads) {
  std::vector<std::optional<CorpusProgram>> loaded(entries.size());
  std::vector<std::string> errors(entries.size());
  parallel_for(entries.size(), threads, [&](std::size_t i) {
    auto program = load_program(entries[i]);
    if (program) loaded[i] = *std::move(program);
    else errors[i] = to_string(program.error());
  });
  std::vector<CorpusProgram> programs;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (loaded[i]) programs.push_back(*std::move(loaded[i]));
    else fmt::print(stderr, "left out: {}: {}\n", entries[i].path, errors[i]);
  }
  return programs;
}

void refingerprint(CorpusProgram& program, const FeatureWeights& weights, const Selection& selection) {
  auto prints = fingerprint(program.program, program.features, weights, selection);
  for (std::size_t i = 0; i < prints.size(); ++i) program.sample.functions[i].fingerprint = std::move(prints[i]);
}

StoredSample subset(const StoredSample& sample, const std::vector<char>& keep) {
  constexpr std::uint32_t kGone = ~0U;
  std::vector<std::uint32_t> number(sample.functions.size(), kGone);
  StoredSample result{sample.record, {}};
  for (std::uint32_t f = 0; f < number.size(); ++f) {
    if (keep[f] == 0) continue;
    number[f] = static_cast<std::uint32_t>(result.functions.size());
    result.functions.push_back(sample.functions[f]);
  }
  for (StoredFunction& f : result.functions) {
    std::vector<std::uint32_t> callees;
    for (const std::uint32_t c : f.callees) {
      if (number[c] != kGone) callees.push_back(number[c]);
    }
    f.callees = std::move(callees);
  }
  return result;
}

StoredSample joined(const StoredSample& a, const StoredSample& b) {
  StoredSample result = a;
  const auto offset = static_cast<std::uint32_t>(a.functions.size());
  for (StoredFunction f : b.functions) {
    for (std::uint32_t& c : f.callees) c += offset;
    result.functions.push_back(std::move(f));
  }
  return result;
}

std::string_view source_name(std::string_view name) {
  std::size_t end = name.size();
  for (const std::string_view suffix : {".part.", ".constprop.", ".isra.", ".cold", ".lto_priv.", ".llvm."}) {
    const std::size_t at = name.find(suffix);
    if (at != std::string_view::npos && at > 0) end = std::min(end, at);
  }
  return name.substr(0, end);
}

std::vector<char> choose_by_name(const StoredSample& sample, double share, std::uint64_t seed) {
  std::vector<char> chosen(sample.functions.size());
  for (std::size_t f = 0; f < chosen.size(); ++f) {
    const std::uint64_t hash = hash64(source_name(sample.functions[f].name), seed);
    chosen[f] = static_cast<double>(hash >> 11) / 9007199254740992.0 < share ? 1 : 0;  // 2^53: a fraction in [0, 1)
  }
  return chosen;
}

}  // namespace prova::bench
