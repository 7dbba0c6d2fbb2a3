#pragma once
// Picks the implementation of FingerprintStore from a URL. No other file outside store/ and the tests names one.

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "kinship/fingerprint_store.h"

namespace prova {

enum class OpenMode {
  kRead,   ///< The store must exist; nothing is written. Any number of readers, also while somebody writes.
  kWrite,  ///< Made when it is not there. Holds the writer's lock until the store is destroyed.
};

/// Opens the store at `url`:
///   a directory path   embedded store, see docs/formats/catalogue.md
///   memory:            empty, and gone with the object
///   postgresql://...   shared index, see docs/formats/postgres.md; kWrite does not make it: init_store does, and there may be
///                      any number of writers
/// Errors: kNotFound (kRead: no index there); kStore (damaged, of another fingerprint scheme or a newer version, or,
/// for kWrite, held by another writer: who); kIo; kUnsupported; kUsage (another URL scheme; kWrite: a directory
/// with something else in it).
[[nodiscard]] Result<std::unique_ptr<FingerprintStore>> open_store(std::string_view url, OpenMode mode);

/// Makes the shared index at `url`, its partitions on `shards` if there are any, or does nothing when it is there; needs a superuser
/// on each server. A directory is made by writing to it.
/// Errors: kUsage (not postgresql://...; other shards than the index lies on); those of the servers.
[[nodiscard]] Status init_store(const std::string& url, std::span<const std::string> shards);

/// What a role may do in a compartment.
struct CompartmentGrant {
  std::string compartment;  ///< Made when it is not there.
  std::string role;         ///< A role of the database, or the group prova_reader, prova_analyst or prova_curator.
  bool may_write = false;
  bool revoke = false;      ///< Takes the membership away.
};
/// Sets a membership of the shared index at `url`; needs its owner. Errors: kUsage (names; not postgresql://...); those of the servers.
[[nodiscard]] Status grant_store(const std::string& url, const CompartmentGrant& grant);

}  // namespace prova
