#pragma once
// The scan of sources that hold files: directories, archives, and file systems inside images.

#include "content/damage/file_examiner.h"
#include "content/image/file_systems.h"
#include "content/progress.h"

namespace prova {

/// A directory: every regular file below it, in parallel; whole files and blocks. Errors: kIo (the directory itself); kLimit.
[[nodiscard]] Status scan_directory(std::uint32_t ordinal, ScanSource& source, unsigned threads, const ScanTargets& targets, FoundFiles& found, const ContentProgress& progress);

/// An archive: whole files only, for a block inside a compressed stream has no place that could be read again.
/// A damaged archive is read as far as it goes. REQUIRES: no other thread runs.
void scan_archive(std::uint32_t ordinal, ScanSource& source, const ScanTargets& targets, FoundFiles& found, const ContentProgress& progress);

/// The file system at `volume_offset` of an image. Returns whether one could be read. REQUIRES: no other thread runs.
bool scan_file_system(std::uint32_t ordinal, ScanSource& source, std::uint64_t volume_offset, const std::vector<ImageOverlay>& overlays, const ScanTargets& targets,
                      FoundFiles& found, const ContentProgress& progress);

/// Adds a problem unless the list is full.
void add_problem(ScanSource& source, std::string problem);

}  // namespace prova
