#pragma once
// One document of a dump to read: its own text with what was altered in it marked, and, where the case has our original at hand,
// that text beside it. The inventory holds no text, so the original comes from a backup, a directory or a raw image of the case,
// and only if its SHA-256 is the inventoried one.

#include <filesystem>
#include <memory>
#include <string>

#include "workbench/views/damage_view.h"
#include "workbench/views/leak_view.h"

namespace prova {

/// Text sent per side. A longer text is shown from its start and around every altered range.
constexpr std::uint64_t kShownText = 256ULL << 10, kShownAround = 2ULL << 10;
/// Originals that are read back from images and backups: no readable document is larger.
constexpr std::uint64_t kMaxOriginal = 64ULL << 20;
/// Unfolding a dump to find one document in it ends here.
constexpr unsigned kUnfoldSeconds = 60;

/// `prova/leak-document/1` (docs/formats/workbench-views.md) of document `n`. What is not at hand is said with its reason, never
/// left out in silence. Made in a process of its own: the dump is hostile. `damage` may be null.
/// Errors: kNotFound (no such document); kMalformed (sources.yaml); kLimit, kIo (the process).
[[nodiscard]] Result<std::string> leak_document_text(const std::filesystem::path& case_directory, const LeakView& leak, const DamageView* damage, std::uint64_t n);

}  // namespace prova
