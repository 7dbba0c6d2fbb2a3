#pragma once
// Small STIX bundles and knowledge bases, built in the test.

#include <string>
#include <string_view>
#include <vector>

#include "knowledge/knowledge_base.h"

namespace prova::knowledge::test {

/// `{"type":"bundle","objects":[...]}`
std::string bundle(const std::vector<std::string>& objects);
/// An intrusion-set with an ATT&CK id; `more` is raw JSON that begins with a comma.
std::string group(std::string_view stix, std::string_view id, std::string_view name, std::string_view more = "");
std::string technique(std::string_view stix, std::string_view id, std::string_view name, std::string_view more = "");
std::string malware(std::string_view stix, std::string_view id, std::string_view name, std::string_view more = "");
/// `from` and `to` are full STIX ids. `url` empty: cites nothing. `note` holds the date.
std::string relation(std::string_view verb, std::string_view from, std::string_view to, std::string_view url = "", std::string_view note = "");

/// A knowledge base of one own YAML file; fails the test when something of it is skipped.
std::vector<Source> sources_from_yaml(const std::vector<std::string>& files);

}  // namespace prova::knowledge::test
