#include "kinship/learn.h"

#include <algorithm>

#include "dataflow/image_facts.h"
#include "fingerprint/call_targets.h"
#include "fingerprint/select.h"
#include "program/program.h"

namespace prova {
namespace {

void complete_record(const BinaryImage& image, SampleRecord& record) {
  record.format = image.format;
  record.arch = image.arch;
  record.bits = image.bits;
  if (record.size == 0) record.size = image.file.size();
  if (record.member.empty()) record.member = image.member;
  for (const Toolmark& mark : image.toolmarks) record.toolmarks.emplace_back(mark.kind, mark.value);
  std::sort(record.toolmarks.begin(), record.toolmarks.end());
  record.toolmarks.erase(std::unique(record.toolmarks.begin(), record.toolmarks.end()), record.toolmarks.end());
}

/// Names of the imports that a function calls, itself or through thunks and stubs; not those that the file defines.
std::vector<std::string> imports_of(const Program& program, const ImageFacts& facts, std::uint32_t function) {
  std::vector<std::string> names;
  const auto add = [&](std::optional<std::uint32_t> import) {
    if (import && *import < program.image->imports.size() && !facts.own_function(*import)) {
      names.push_back(program.image->imports[*import].name);
    }
  };
  for (const CallSite& call : program.functions[function].calls) add(call.import);
  for (const std::uint32_t callee : program.callees[function]) {
    add(program.functions[behind_thunks(program, callee)].import);
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

StoredFunction stored_function(const Program& program, const ImageFacts& facts, std::uint32_t index,
                               Fingerprint print) {
  const Function& f = program.functions[index];
  StoredFunction stored;
  stored.address = f.address;
  stored.name = f.name;
  stored.kind = f.kind;
  stored.fingerprint = std::move(print);
  stored.fingerprint.bytes = static_cast<std::uint32_t>(std::min<std::uint64_t>(f.size, ~std::uint32_t{0}));
  stored.callees = real_callees(program, index);
  stored.imports = imports_of(program, facts, index);
  return stored;
}

}  // namespace

StoredSample describe_program(const Program& program, SampleRecord record, std::vector<Fingerprint> prints) {
  StoredSample sample;
  complete_record(*program.image, record);
  const ImageFacts facts(program);
  sample.functions.reserve(prints.size());
  for (std::uint32_t i = 0; i < prints.size(); ++i) {
    sample.functions.push_back(stored_function(program, facts, i, std::move(prints[i])));
    record.code_bytes += program.functions[i].size;
  }
  sample.record = std::move(record);
  return sample;
}

Result<AnalyzedProgram> analyze_program(const BinaryImage& image, SampleRecord record, unsigned threads,
                                        bool with_labels) {
  AnalyzedProgram analyzed;
  AnalyzedSample& sample = analyzed.sample;
  PROVA_TRY(program, discover(image));
  link_own_imports(program);
  // From here on no function and no call is added.
  FeatureLabels labels;
  PROVA_TRY(features, extract_features(program, threads, with_labels ? &labels : nullptr));
  sample.stored = describe_program(program, std::move(record), fingerprint(program, features));
  for (const Function& f : program.functions) sample.capped = sample.capped || f.capped;
  if (with_labels) {
    for (const FunctionFeatures& f : features) {
      for (const Feature& feature : f.features) {
        if (const auto label = labels.find(feature.hash); label != labels.end()) {
          sample.labels.emplace(feature_key(feature), label->second);
        }
      }
    }
  }
  std::vector<std::uint64_t> exact;
  for (const FunctionFeatures& f : features) exact.push_back(f.exact_hash);
  sample.tools = examine_tools(image, program, exact);
  sample.capped = sample.capped || program.functions.size() >= DiscoveryLimits{}.max_functions;
  sample.defects = image.defects;
  for (const Defect& defect : program.anomalies) add_defect(sample.defects, defect.offset, defect.message);
  analyzed.program = std::move(program);
  return analyzed;
}

Result<AnalyzedSample> analyze_image(const BinaryImage& image, SampleRecord record, unsigned threads,
                                     bool with_labels) {
  PROVA_TRY(analyzed, analyze_program(image, std::move(record), threads, with_labels));
  return std::move(analyzed.sample);
}

Result<StoredSample> make_stored_sample(const BinaryImage& image, SampleRecord record, unsigned threads) {
  PROVA_TRY(sample, analyze_image(image, std::move(record), threads));
  return std::move(sample.stored);
}

}  // namespace prova
