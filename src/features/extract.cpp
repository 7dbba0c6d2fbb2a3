#include <algorithm>
#include <atomic>
#include <thread>

#include "features/exact_hash.h"
#include "features/feature_sink.h"
#include "features/flow_features.h"
#include "features/function_features.h"
#include "features/instruction_features.h"
#include "features/reference_features.h"

namespace prova {
namespace {

/// What all threads share; immutable.
struct ProgramView {
  explicit ProgramView(const Program& program) : facts(program), tables(facts) {}

  ImageFacts facts;
  PointerTables tables;
  Prototypes prototypes;
};

/// What one thread needs to go through functions.
struct Worker {
  Worker(const ProgramView& view, std::unique_ptr<Decoder> own, bool labelled)
      : facts(&view.facts), tables(&view.tables), decoder(std::move(own)), mnemonics(*decoder),
        sink(labelled ? &labels : nullptr), flows(view.facts, view.prototypes, mnemonics), hashes(view.facts) {}

  const ImageFacts* facts;
  const PointerTables* tables;
  std::unique_ptr<Decoder> decoder;
  Mnemonics mnemonics;
  FeatureLabels labels;
  FeatureSink sink;
  DecodedFunction code;
  FlowExtractor flows;
  ValueHashes hashes;

  ArgumentUse find_argument_use(std::uint32_t index);
  FunctionFeatures extract(std::uint32_t index);
  void add_flow();
  void add_without_flow();
};

ArgumentUse Worker::find_argument_use(std::uint32_t index) {
  const Function& function = facts->program().functions[index];
  if (function.kind != FunctionKind::kFunction) return {};
  decode_function(facts->image(), function, *decoder, code);
  return argument_use(code, *facts);
}

void Worker::add_flow() {
  const FunctionFlow& flow = flows.flow();
  hashes.compute(flow);
  const FlowView view{*facts, *code.function, flow, hashes};
  add_flow_references(sink, view);
  add_flow_neighbourhoods(sink, view);
  add_flow_effects(sink, view);
  add_flow_blocks(sink, view);
}

void Worker::add_without_flow() {
  add_operand_features(sink, *facts, code);
  add_opcode_features(sink, code);
  add_control_flow_features(sink, *code.function);
}

FunctionFeatures Worker::extract(std::uint32_t index) {
  const Function& function = facts->program().functions[index];
  FunctionFeatures out;
  out.blocks = static_cast<std::uint32_t>(function.blocks.size());
  out.instructions = function.instructions;
  out.bytes = static_cast<std::uint32_t>(std::min<std::uint64_t>(function.size, UINT32_MAX));
  if (function.kind != FunctionKind::kFunction) return out;
  decode_function(facts->image(), function, *decoder, code);
  out.exact_hash = exact_hash(code, *facts, mnemonics);
  add_imports(sink, *facts, function);
  add_pointer_tables(sink, *facts, *tables, index);
  if (FlowExtractor::supports(facts->image().arch) && flows.extract(code)) add_flow();
  else add_without_flow();
  out.features = sink.finish();
  return out;
}

/// One result per function, computed by all workers; which worker computed it does not show.
template <typename T>
std::vector<T> over_functions(const Program& program, const std::vector<std::unique_ptr<Worker>>& workers,
                              T (Worker::*one)(std::uint32_t)) {
  std::vector<T> out(program.functions.size());
  std::atomic<std::size_t> next = 0;
  const auto work = [&](Worker& worker) {
    for (std::size_t i = next++; i < out.size(); i = next++) out[i] = (worker.*one)(static_cast<std::uint32_t>(i));
  };
  std::vector<std::jthread> pool;
  for (std::size_t i = 1; i < workers.size(); ++i) pool.emplace_back(work, std::ref(*workers[i]));
  work(*workers[0]);
  pool.clear();
  return out;
}

}  // namespace

std::string_view name_of(FeatureFamily family) {
  switch (family) {
    case FeatureFamily::kConstant: return "constant";
    case FeatureFamily::kString: return "string";
    case FeatureFamily::kData: return "data";
    case FeatureFamily::kImport: return "import";
    case FeatureFamily::kField: return "field";
    case FeatureFamily::kStore: return "store";
    case FeatureFamily::kBranch: return "branch";
    case FeatureFamily::kCallArgument: return "call_argument";
    case FeatureFamily::kReturnValue: return "return_value";
    case FeatureFamily::kDataflow: return "dataflow";
    case FeatureFamily::kBlock: return "block";
    case FeatureFamily::kControlFlow: return "control_flow";
    case FeatureFamily::kPointerTable: return "pointer_table";
    case FeatureFamily::kOpcode: return "opcode";
  }
  return "unknown";
}

Result<std::vector<FunctionFeatures>> extract_features(const Program& program, unsigned threads, FeatureLabels* labels) {
  ProgramView view(program);
  std::vector<std::unique_ptr<Worker>> workers;
  for (unsigned i = 0; i < std::max(1U, threads); ++i) {
    PROVA_TRY(decoder, make_decoder(program.image->arch));
    workers.push_back(std::make_unique<Worker>(view, std::move(decoder), labels != nullptr));
  }
  if (FlowExtractor::supports(program.image->arch)) {
    const auto uses = over_functions<ArgumentUse>(program, workers, &Worker::find_argument_use);
    view.prototypes = infer_prototypes(view.facts, uses);
  }
  // From here on the view is frozen.
  auto out = over_functions<FunctionFeatures>(program, workers, &Worker::extract);
  if (labels != nullptr) {
    for (const auto& worker : workers) merge_labels(*labels, worker->labels);
  }
  return out;
}

}  // namespace prova
