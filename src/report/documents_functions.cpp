#include <nlohmann/json.hpp>

#include "report/documents.h"
#include "report/json_values.h"

namespace prova::report {
namespace {

Json sample_of(const FileIdentity& file, std::span<const Program* const> programs) {
  const BinaryImage* first = programs.empty() ? nullptr : programs.front()->image;
  Json sample{{"name", text(file.name)},
              {"sha256", text(file.sha256)},
              {"format", name_of(first != nullptr ? first->format : Format::kRaw)},
              {"arch", name_of(first != nullptr ? first->arch : Arch::kUnknown)},
              {"bits", first != nullptr ? first->bits : 0},
              {"size", file.size},
              {"container", text_or_null(file.container)},
              {"members", Json::array()}};
  if (file.container.empty()) return sample;
  for (const Program* program : programs) {
    const BinaryImage& image = *program->image;
    sample["members"].push_back(Json{{"member", text(image.member)},
                                     {"format", name_of(image.format)},
                                     {"arch", name_of(image.arch)},
                                     {"bits", image.bits},
                                     {"size", image.file.size()},
                                     {"functions", program->functions.size()}});
  }
  return sample;
}

Json function_entry(const Function& function, const std::string& member, const DocumentOptions& options) {
  return Json{{"address", raw(function.address)},
              {"size", function.size},
              {"name", options.names ? text_or_null(function.name) : Json(nullptr)},
              {"blocks", function.blocks.size()},
              {"instructions", function.instructions},
              {"kind", name_of(function.kind)},
              {"reason", name_of(function.reason)},
              {"returns", function.returns},
              {"capped", function.capped},
              {"member", text_or_null(member)}};
}

void add_anomalies(Json& list, const std::vector<Defect>& found, std::string_view where, const std::string& member) {
  for (const Defect& defect : found) {
    list.push_back(Json{{"offset", raw(defect.offset)},
                        {"message", text(defect.message)},
                        {"stage", where},
                        {"member", text_or_null(member)}});
  }
}

Json listing_entry(const ListedFunction& listed, const DocumentOptions& options) {
  const Listing& listing = listed.listing;
  Json blocks = Json::array();
  for (const ListedBlock& block : listing.blocks) {
    Json successors = Json::array(), instructions = Json::array();
    for (const std::uint32_t s : block.successors) {
      if (s < listing.blocks.size()) successors.push_back(raw(listing.blocks[s].begin));
    }
    for (const ListedInstruction& i : block.instructions) {
      instructions.push_back(Json{{"address", raw(i.address)},
                                  {"size", i.length},
                                  {"text", text(i.text)},
                                  {"refers", text_or_null(i.refers)}});
    }
    blocks.push_back(Json{{"address", raw(block.begin)},
                          {"successors", std::move(successors)},
                          {"instructions", std::move(instructions)}});
  }
  return Json{{"address", raw(listing.address)},
              {"name", options.names ? text_or_null(listing.name) : Json(nullptr)},
              {"member", text_or_null(listed.program->image->member)},
              {"capped", listing.capped},
              {"blocks", std::move(blocks)}};
}

}  // namespace

std::string functions_document(const FileIdentity& file, std::span<const Program* const> programs,
                               const std::vector<Defect>& container_defects, const DocumentOptions& options,
                               std::span<const ListedFunction> listings) {
  Json functions = Json::array();
  Json anomalies = Json::array();
  std::uint64_t code_bytes = 0;
  std::uint64_t covered_bytes = 0;
  add_anomalies(anomalies, container_defects, "container", "");
  for (const Program* program : programs) {
    const std::string& member = program->image->member;
    for (const Function& function : program->functions) functions.push_back(function_entry(function, member, options));
    add_anomalies(anomalies, program->image->defects, "loader", member);
    add_anomalies(anomalies, program->anomalies, "functions", member);
    code_bytes += program->code_bytes;
    covered_bytes += program->covered_bytes;
  }
  Json document{{"schema", "prova/functions/1"},
                {"sample", sample_of(file, programs)},
                {"code_bytes", code_bytes},
                {"covered_bytes", covered_bytes},
                {"functions", std::move(functions)},
                {"anomalies", std::move(anomalies)}};
  for (const ListedFunction& listed : listings) document["disassembly"].push_back(listing_entry(listed, options));
  return print(document);
}

}  // namespace prova::report
