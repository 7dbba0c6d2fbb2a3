#include "store/postgres/sample_rows.h"

#include <fmt/format.h>

#include <algorithm>

#include "store/postgres/row_codec.h"

namespace prova {
namespace {

/// A row of the query below. False where an enumeration or a size is none.
bool read_record(const SqlRows& rows, std::size_t i, SampleRecord& record) {
  const std::string_view digest = rows.bytes(i, 1);
  if (digest.size() != record.sha256.bytes.size()) return false;
  std::copy(digest.begin(), digest.end(), record.sha256.bytes.begin());
  int column = 2;
  for (std::string* text : {&record.member, &record.name, &record.family, &record.actor, &record.version, &record.first_seen}) {
    *text = rows.bytes(i, column++);
  }
  const auto role = static_cast<std::uint64_t>(rows.number(i, 8)), format = static_cast<std::uint64_t>(rows.number(i, 9));
  const auto arch = static_cast<std::uint64_t>(rows.number(i, 10)), bits = static_cast<std::uint64_t>(rows.number(i, 11));
  if (role > static_cast<std::uint64_t>(SampleRole::kGoodware) || format > static_cast<std::uint64_t>(Format::kRaw) ||
      arch > static_cast<std::uint64_t>(Arch::kArm64) || bits > 0xffff'ffff) {
    return false;
  }
  record.role = static_cast<SampleRole>(role);
  record.format = static_cast<Format>(format);
  record.arch = static_cast<Arch>(arch);
  record.bits = static_cast<std::uint32_t>(bits);
  record.size = static_cast<std::uint64_t>(rows.number(i, 12));
  record.code_bytes = static_cast<std::uint64_t>(rows.number(i, 13));
  return unpack_toolmarks(as_bytes(rows.bytes(i, 14)), record);
}

}  // namespace

Result<std::vector<std::pair<SampleId, SampleRecord>>> read_records(PostgresConnection& connection) {
  PROVA_TRY(rows, connection.run("SELECT id, sha256, member, name, family, actor, version, first_seen, role, format, arch, bits, size, "
                                 "code_bytes, toolmarks FROM prova.samples ORDER BY id"));
  std::vector<std::pair<SampleId, SampleRecord>> records(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    records[i].first = SampleId{static_cast<std::uint32_t>(rows.number(i, 0))};
    if (!read_record(rows, i, records[i].second)) {
      return tl::unexpected<Error>(Error{ErrorCode::kStore, fmt::format("the record of sample {} is damaged; learn the sample again", rows.number(i, 0)),
                                         std::nullopt, connection.server()});
    }
  }
  return records;
}

}  // namespace prova
