#include "knowledge/knowledge_test_support.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "knowledge/own_yaml.h"

namespace prova::knowledge::test {
namespace {

std::string object(std::string_view type, std::string_view stix, std::string_view id, std::string_view name, std::string_view more) {
  return fmt::format(R"({{"type":"{0}","id":"{0}--{1}","name":"{2}","external_references":[{{"source_name":"mitre-attack","external_id":"{3}"}}]{4}}})",
                     type, stix, name, id, more);
}

}  // namespace

std::string bundle(const std::vector<std::string>& objects) {
  return fmt::format(R"({{"type":"bundle","id":"bundle--1","objects":[{}]}})", fmt::join(objects, ",\n"));
}

std::string group(std::string_view stix, std::string_view id, std::string_view name, std::string_view more) {
  return object("intrusion-set", stix, id, name, more);
}
std::string technique(std::string_view stix, std::string_view id, std::string_view name, std::string_view more) {
  return object("attack-pattern", stix, id, name, more);
}
std::string malware(std::string_view stix, std::string_view id, std::string_view name, std::string_view more) {
  return object("malware", stix, id, name, more);
}

std::string relation(std::string_view verb, std::string_view from, std::string_view to, std::string_view url, std::string_view note) {
  const std::string references = url.empty() ? "" : fmt::format(R"(,"external_references":[{{"source_name":"R","url":"{}","description":"{}"}}])", url, note);
  return fmt::format(R"({{"type":"relationship","id":"relationship--{}-{}","relationship_type":"{}","source_ref":"{}","target_ref":"{}"{}}})",
                     from.substr(from.size() - 1), to.substr(to.size() - 1), verb, from, to, references);
}

std::vector<Source> sources_from_yaml(const std::vector<std::string>& files) {
  std::vector<Source> out;
  for (const std::string& file : files) {
    auto source = read_own_yaml(file);
    EXPECT_TRUE(source) << (source ? "" : source.error().message);
    if (!source) continue;
    for (const Skipped& one : source->skipped) ADD_FAILURE() << "line " << one.position << ": " << one.id << " " << one.reason;
    out.push_back(*std::move(source));
  }
  return out;
}

}  // namespace prova::knowledge::test
