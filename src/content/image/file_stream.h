#pragma once
// Files that come one after the other, content and all: out of a file system inside an image, or a tar stream.
//
// Both are parsed by other people's code (The Sleuth Kit, libarchive) from bytes that may be hostile. That code runs in a
// child process with limits and without network; what it sees comes back through a pipe. A crash of the child ends the
// stream with an error, and everything that came before it stands.

#include <functional>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/result.h"

namespace prova {

/// One file of a stream.
struct StreamedFile {
  std::string path;           ///< Relative, '/' between parts, without "." and ".."; may hold any other bytes.
  std::uint64_t size = 0;     ///< As declared; the content may turn out shorter.
  std::int64_t mtime_ns = 0, ctime_ns = 0;
  std::uint64_t inode = 0;
  std::uint32_t mode = 0, owner = 0;
};

/// Who receives a stream. Called in order: begin, content..., end. One file at a time.
struct FileReceiver {
  /// Whether the content of this file is wanted; without it `end` follows at once.
  std::function<bool(const StreamedFile& file)> begin;
  std::function<void(ByteView bytes)> content;
  /// `error` is empty when the whole file came, else the reason why it is incomplete.
  std::function<void(std::string_view error)> end;
};

/// Produces a stream into a receiver: runs inside the child.
using FileProducer = std::function<Status(const FileReceiver& into)>;

/// Memory that a child may map beyond what this process has: enough for any file system's tables, and small enough that
/// a hostile one cannot exhaust the machine.
constexpr std::uint64_t kChildMemory = 2ULL << 30;
/// Longest path that is passed on.
constexpr std::uint32_t kMaxStreamedPath = 1U << 16;

/// Runs `producer` in a child and hands what it produces to `receiver`, in this process. What `begin` answers spares the
/// receiver, not the child. Errors: what the producer reported; kMalformed when the child crashed or hit a limit.
/// REQUIRES: no other thread of this process is running.
[[nodiscard]] Status run_in_child(const FileProducer& producer, const FileReceiver& receiver);

/// Makes a path of a stream relative and harmless: "/a/./b/../c" becomes "a/b/c"; empty when nothing is left.
[[nodiscard]] std::string harmless_path(std::string_view path);

}  // namespace prova
