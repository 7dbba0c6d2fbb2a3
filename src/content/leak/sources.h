#pragma once
// Names the places of ours that hold a content.

#include "content/leak/known_content.h"
#include "content/leak/leak_report.h"

namespace prova {

/// The file itself, or the member `name` of it.
[[nodiscard]] LeakSource source_of(const Inventory& inventory, std::uint32_t file, std::string_view name);
/// Adds every file with the same content as `file`.
void add_file_sources(const Inventory& inventory, std::uint32_t file, LeakMatch& match);
/// Adds every place of a group of equal texts.
void add_text_sources(const KnownContent& known, std::uint32_t group, LeakMatch& match);
/// Adds the containers that hold these members.
void add_member_sources(const Inventory& inventory, std::span<const MemberEntry> members, LeakMatch& match);

}  // namespace prova
