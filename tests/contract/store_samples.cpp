#include "store_samples.h"

#include <fmt/format.h>
#include <stdlib.h>

#include <algorithm>
#include <set>

namespace prova {
namespace {

std::uint32_t below(std::mt19937_64& random, std::uint32_t n) { return static_cast<std::uint32_t>(random() % n); }

/// Small numbers more often than large ones, as features are; spread over all 32 bits.
FeatureKey random_key(std::mt19937_64& random, std::uint32_t keys) {
  const std::uint32_t rank = below(random, 1 + below(random, keys));
  return static_cast<FeatureKey>(mix(rank, 7));
}

std::vector<FeatureKey> random_keys(std::mt19937_64& random, const RandomShape& shape) {
  std::set<FeatureKey> keys;
  for (std::uint32_t n = below(random, shape.max_features + 1); n > 0; --n) keys.insert(random_key(random, shape.keys));
  return {keys.begin(), keys.end()};
}

std::vector<std::uint32_t> random_callees(std::mt19937_64& random, std::uint32_t functions) {
  std::set<std::uint32_t> callees;
  for (std::uint32_t n = below(random, 4); n > 0; --n) callees.insert(below(random, functions));
  return {callees.begin(), callees.end()};
}

std::string random_text(std::mt19937_64& random) {
  static const std::vector<std::string> texts = {"", "main", "łódź", "\x1b[31mred", std::string("a\0b", 3), "\xff\xfe",
                                                 "'; DROP TABLE samples; --", "very_long_name_" + std::string(300, 'x')};
  return texts[below(random, static_cast<std::uint32_t>(texts.size()))];
}

StoredFunction random_function(std::mt19937_64& random, const RandomShape& shape, std::uint32_t functions) {
  StoredFunction function;
  function.name = random_text(random);
  function.kind = static_cast<FunctionKind>(below(random, 3));
  function.fingerprint = {.exact = below(random, 3) == 0 ? 0 : mix(below(random, shape.exact_hashes), 9) | 1,
                          .own = random_keys(random, shape),
                          .with_callees = {},
                          .blocks = below(random, 100),
                          .instructions = below(random, 1000),
                          .bytes = static_cast<std::uint32_t>(random())};
  function.fingerprint.with_callees = below(random, 2) == 0 ? function.fingerprint.own : random_keys(random, shape);
  function.callees = random_callees(random, functions);
  for (std::uint32_t n = below(random, 3); n > 0; --n) function.imports.push_back(random_text(random));
  std::sort(function.imports.begin(), function.imports.end());
  return function;
}

}  // namespace

TemporaryDirectory::TemporaryDirectory() {
  std::string pattern = (std::filesystem::temp_directory_path() / "prova-store-XXXXXX").string();
  path_ = ::mkdtemp(pattern.data());
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

Sha256 identity(std::string_view text) { return sha256(as_bytes(text)); }

StoredFunction function_with(std::vector<FeatureKey> features, std::uint64_t exact) {
  StoredFunction function;
  function.fingerprint.exact = exact;
  function.fingerprint.own = features;
  function.fingerprint.with_callees = std::move(features);
  return function;
}

StoredSample sample_of(std::string_view name, std::vector<StoredFunction> functions, std::string_view family) {
  StoredSample sample;
  sample.record.sha256 = identity(name);
  sample.record.name = name;
  sample.record.family = family;
  sample.functions = std::move(functions);
  return sample;
}

Probe probe_for(std::initializer_list<FeatureKey> own, std::uint64_t exact) {
  Probe probe;
  probe.exact = exact;
  for (const FeatureKey key : own) probe.own.emplace_back(key, 1);
  return probe;
}

StoredSample random_sample(std::mt19937_64& random, const RandomShape& shape) {
  StoredSample sample;
  SampleRecord& record = sample.record;
  record.sha256 = identity(fmt::format("{}", below(random, shape.identities)));
  record.member = below(random, 4) == 0 ? "member.o" : "";
  record.name = random_text(random);
  record.family = fmt::format("family {}", below(random, 5));
  record.actor = random_text(random);
  record.role = static_cast<SampleRole>(below(random, 3));
  record.version = random_text(random);
  record.first_seen = "2022-07-15";
  record.format = static_cast<Format>(below(random, 5));
  record.arch = static_cast<Arch>(below(random, 5));
  record.bits = 64;
  record.size = random();
  record.code_bytes = random();
  for (std::uint32_t n = below(random, 4); n > 0; --n) {
    record.toolmarks.emplace_back(static_cast<Toolmark::Kind>(below(random, 10)), random_text(random));
  }
  const std::uint32_t functions = below(random, shape.max_functions + 1);
  std::uint64_t address = random();
  for (std::uint32_t i = 0; i < functions; ++i) {
    sample.functions.push_back(random_function(random, shape, functions));
    sample.functions.back().address = VirtualAddress{address += below(random, 10'000)};
  }
  return sample;
}

Probe random_probe(std::mt19937_64& random, const RandomShape& shape) {
  Probe probe;
  probe.exact = below(random, 2) == 0 ? 0 : mix(below(random, shape.exact_hashes), 9) | 1;
  for (const FeatureKey key : random_keys(random, shape)) probe.own.emplace_back(key, below(random, 5));
  for (const FeatureKey key : random_keys(random, shape)) probe.with_callees.emplace_back(key, below(random, 1000));
  if (below(random, 4) == 0) std::shuffle(probe.own.begin(), probe.own.end(), random);
  if (below(random, 8) == 0) probe.own.emplace_back(random_key(random, shape.keys), 0xffff'ffff);
  return probe;
}

std::vector<Probe> random_probes(std::mt19937_64& random, const RandomShape& shape, std::size_t count) {
  std::vector<Probe> probes;
  for (std::size_t i = 0; i < count; ++i) probes.push_back(random_probe(random, shape));
  return probes;
}

}  // namespace prova
