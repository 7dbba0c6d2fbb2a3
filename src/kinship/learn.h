#pragma once
// From one loaded program to what the store keeps of it.

#include <string>
#include <unordered_map>

#include "binary/binary_image.h"
#include "kinship/fingerprint_store.h"
#include "kinship/tool_evidence.h"

namespace prova {

/// What analysis found in a sample, beyond what is stored of it.
struct AnalyzedSample {
  StoredSample stored;
  std::unordered_map<FeatureKey, std::string> labels;  ///< Readable features. Untrusted text.
  std::vector<Defect> defects;                         ///< Of the loader and of function discovery.
  bool capped = false;                                 ///< Some function or the function list was cut short.
  ToolEvidence tools;                                  ///< What the code says about the tools that made it.
};

/// Disassembles, discovers, extracts, fingerprints. `record` carries what the caller knows (identity, name, family,
/// role ...); format, machine, code_bytes and toolmarks are filled in from the image, and size when it is 0.
/// `with_labels` also keeps the readable form of features. The result does not depend on `threads`.
/// Errors: kUnsupported (no decoder for this machine).
[[nodiscard]] Result<AnalyzedSample> analyze_image(const BinaryImage& image, SampleRecord record, unsigned threads = 1,
                                                   bool with_labels = false);

/// The same, with the program that the sample was made from. Refers to the image.
struct AnalyzedProgram {
  Program program;
  AnalyzedSample sample;
};
/// As analyze_image, for whoever also reads the code itself.
[[nodiscard]] Result<AnalyzedProgram> analyze_program(const BinaryImage& image, SampleRecord record, unsigned threads = 1,
                                                      bool with_labels = false);

/// `program` as the store keeps it, with `prints` parallel to its functions; completes `record` from its image.
[[nodiscard]] StoredSample describe_program(const Program& program, SampleRecord record,
                                            std::vector<Fingerprint> prints);

/// As analyze_image, for `learn`: only what is stored.
[[nodiscard]] Result<StoredSample> make_stored_sample(const BinaryImage& image, SampleRecord record,
                                                      unsigned threads = 1);

}  // namespace prova
