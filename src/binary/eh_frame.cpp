#include "binary/eh_frame.h"

#include <unordered_map>

#include "binary/byte_cursor.h"

namespace prova {
namespace {

/// The augmentation string has one letter per feature; no compiler writes more than six.
constexpr std::uint64_t kMaxAugmentation = 32;

/// What a frame description entry needs to know of its common information entry (CIE).
struct CommonInformation {
  std::uint8_t pointer_encoding = dw_eh_pe::kAbsPtr;
  bool has_augmentation_data = false;
};

// Call frame instructions that say where the frame is (DWARF 5, 7.24).
namespace dw_cfa {
constexpr std::uint8_t kDefCfa = 0x0c, kDefCfaOffset = 0x0e, kDefCfaExpression = 0x0f, kDefCfaSf = 0x12,
                       kDefCfaOffsetSf = 0x13;
}  // namespace dw_cfa

class EhFrameReader {
 public:
  EhFrameReader(const EhFrame& frame, std::vector<UnwindRange>& out, LoadBudget& budget, std::vector<Defect>& defects)
      : frame_(frame), in_(frame.content, frame.order, frame.offset), out_(out), budget_(budget), defects_(defects) {}

  void read_all() {
    std::uint64_t at = 0;
    while (at < in_.size() && !budget_.spent()) {
      const auto next = read_entry(at);
      if (!next) break;
      at = *next;
    }
    bad_entries_.report(defects_, "unreadable entries in .eh_frame");
  }

 private:
  /// Reads the entry at `at`; returns where the next one is, or nothing at the end.
  std::optional<std::uint64_t> read_entry(std::uint64_t at) {
    ByteCursor cursor(in_, at);
    const auto length32 = cursor.read<std::uint32_t>();
    if (!length32) {
      add_defect(defects_, frame_.offset + at, "length of an .eh_frame entry is cut off");
      return std::nullopt;
    }
    if (*length32 == 0) return frame_.bounded ? std::optional(cursor.position()) : std::nullopt;
    const bool wide = *length32 == 0xffff'ffff;
    const std::uint64_t length = wide ? cursor.read<std::uint64_t>().value_or(~0ULL) : *length32;
    if (length > in_.size() - cursor.position()) {
      add_defect(defects_, frame_.offset + at,
                 fmt::format(".eh_frame entry of {} bytes, {} left", length, in_.size() - cursor.position()));
      return std::nullopt;
    }
    const std::uint64_t end = cursor.position() + length;
    // Everything in the entry is read through a view that ends with it.
    ByteCursor body(ByteReader(in_.bytes().first(static_cast<std::size_t>(end)), frame_.order, frame_.offset),
                    cursor.position());
    if (const auto status = read_body(body, at, wide); !status) bad_entries_.add(frame_.offset + at);
    return end;
  }

  Status read_body(ByteCursor& body, std::uint64_t at, bool wide) {
    const std::uint64_t id_at = body.position();
    std::uint64_t id = 0;
    if (wide) {
      PROVA_TRY(value, body.read<std::uint64_t>());
      id = value;
    } else {
      PROVA_TRY(value, body.read<std::uint32_t>());
      id = value;
    }
    if (id == 0) {
      PROVA_TRY(cie, read_cie(body));
      cies_[at] = cie;
      return {};
    }
    if (id > id_at) return fail(ErrorCode::kMalformed, "CIE pointer leads before the section", frame_.offset + id_at);
    PROVA_TRY(cie, cie_at(id_at - id));
    return read_fde(body, cie);
  }

  /// The CIE at `at`, which may lie after the entry that refers to it.
  Result<CommonInformation> cie_at(std::uint64_t at) {
    if (const auto it = cies_.find(at); it != cies_.end()) return it->second;
    ByteCursor cursor(in_, at);
    PROVA_TRY(length, cursor.read<std::uint32_t>());
    const bool wide = length == 0xffff'ffff;
    if (wide) cursor.seek(cursor.position() + 8);
    const auto id = wide ? in_.value_at<std::uint64_t>(FileOffset{cursor.position()}, 1)
                         : in_.value_at<std::uint32_t>(FileOffset{cursor.position()}, 1);
    if (id != 0) return fail(ErrorCode::kMalformed, "CIE pointer leads to no CIE", frame_.offset + at);
    cursor.seek(cursor.position() + (wide ? 8 : 4));
    PROVA_TRY(cie, read_cie(cursor));
    cies_[at] = cie;
    return cie;
  }

  Result<CommonInformation> read_cie(ByteCursor& body) {
    const std::uint64_t at = body.position();
    PROVA_TRY(version, body.read<std::uint8_t>());
    if (version != 1 && version != 3 && version != 4) {
      return fail(ErrorCode::kUnsupported, fmt::format("CIE version {}, expected 1, 3 or 4", version),
                  frame_.offset + at);
    }
    PROVA_TRY(augmentation, body.c_string(kMaxAugmentation));
    if (augmentation.starts_with("eh")) {  // GCC 2: a pointer to exception data follows.
      body.seek(body.position() + frame_.bits / 8);
      augmentation.remove_prefix(2);
    }
    if (version == 4) body.seek(body.position() + 2);  // address_size, segment_selector_size
    PROVA_TRY(code_alignment, body.uleb128());
    PROVA_TRY(data_alignment, body.sleb128());
    (void)code_alignment, (void)data_alignment;
    if (version == 1) {
      PROVA_TRY(return_register, body.read<std::uint8_t>());
      (void)return_register;
    } else {
      PROVA_TRY(return_register, body.uleb128());
      (void)return_register;
    }
    return read_augmentation(body, augmentation);
  }

  Result<CommonInformation> read_augmentation(ByteCursor& body, std::string_view augmentation) {
    CommonInformation cie;
    if (augmentation.empty() || augmentation.front() != 'z') return cie;
    cie.has_augmentation_data = true;
    PROVA_TRY(length, body.uleb128());
    (void)length;
    for (const char letter : augmentation.substr(1)) {
      if (letter == 'L') {
        PROVA_TRY(lsda_encoding, body.read<std::uint8_t>());
        (void)lsda_encoding;
      } else if (letter == 'P') {
        PROVA_TRY(encoding, body.read<std::uint8_t>());
        PROVA_TRY(personality, read_pointer(body, encoding));
        (void)personality;
      } else if (letter == 'R') {
        PROVA_TRY(encoding, body.read<std::uint8_t>());
        cie.pointer_encoding = encoding;
      } else if (letter != 'S' && letter != 'B' && letter != 'G') {
        break;  // Unknown letters end what can be interpreted; the lengths let us go on after the entry.
      }
    }
    return cie;
  }

  Status read_fde(ByteCursor& body, const CommonInformation& cie) {
    const std::uint64_t at = body.position();
    PROVA_TRY(begin, read_pointer(body, cie.pointer_encoding));
    PROVA_TRY(size, read_pointer(body, cie.pointer_encoding & dw_eh_pe::kFormatMask));
    if (!begin || !size) return fail(ErrorCode::kUnsupported, "FDE address is indirect or omitted", frame_.offset + at);
    if (*size == 0) return {};
    if (budget_.take(sizeof(UnwindRange), frame_.offset + at)) {
      out_.push_back({VirtualAddress{*begin}, *size, std::nullopt, starts_with_frame(body, cie)});
    }
    return {};
  }

  /// True when the first instruction of an FDE changes where the frame is, before any code has run.
  static bool starts_with_frame(ByteCursor& body, const CommonInformation& cie) {
    if (cie.has_augmentation_data) {
      const auto length = body.uleb128();
      if (!length || *length > ~0ULL - body.position()) return false;
      body.seek(body.position() + *length);  // Past the end, the read below fails.
    }
    const auto first = body.read<std::uint8_t>();
    return first && (*first == dw_cfa::kDefCfa || *first == dw_cfa::kDefCfaOffset || *first == dw_cfa::kDefCfaExpression ||
                     *first == dw_cfa::kDefCfaSf || *first == dw_cfa::kDefCfaOffsetSf);
  }

 public:
  /// The pointer at the cursor. Nothing where its value lies in other memory or its base is not known.
  Result<std::optional<std::uint64_t>> read_pointer(ByteCursor& body, std::uint8_t encoding) const {
    if (encoding == dw_eh_pe::kOmit) return std::nullopt;
    const std::uint8_t application = encoding & dw_eh_pe::kApplicationMask;
    if (application == dw_eh_pe::kAligned) {
      const std::uint64_t width = frame_.bits / 8;
      const std::uint64_t misaligned = raw(frame_.address + body.position()) % width;
      if (misaligned != 0) body.seek(body.position() + width - misaligned);
    }
    const std::uint64_t field = raw(frame_.address) + body.position();
    PROVA_TRY(value, read_number(body, encoding & dw_eh_pe::kFormatMask));
    if (value == 0) return 0;  // A null pointer is null in every encoding.
    std::optional<std::uint64_t> base = 0;
    if (application == dw_eh_pe::kPcRel) base = field;
    if (application == dw_eh_pe::kTextRel) base = raw_of(frame_.text_base);
    if (application == dw_eh_pe::kDataRel) base = raw_of(frame_.data_base);
    if (application == dw_eh_pe::kFuncRel || (encoding & dw_eh_pe::kIndirect) != 0) base = std::nullopt;
    if (!base) return std::nullopt;
    const std::uint64_t sum = *base + value;
    return frame_.bits == 32 ? sum & 0xffff'ffffU : sum;
  }

 private:
  static std::optional<std::uint64_t> raw_of(std::optional<VirtualAddress> address) {
    return address ? std::optional(raw(*address)) : std::nullopt;
  }

  template <std::integral T>
  static Result<std::uint64_t> widened(Result<T> value) {
    if (!value) return tl::unexpected<Error>(std::move(value).error());
    return static_cast<std::uint64_t>(static_cast<std::int64_t>(*value));  // Signed T: sign-extends.
  }

  Result<std::uint64_t> read_number(ByteCursor& body, std::uint8_t format) const {
    switch (format) {
      case dw_eh_pe::kAbsPtr:
        return frame_.bits == 64 ? widened(body.read<std::uint64_t>()) : widened(body.read<std::uint32_t>());
      case dw_eh_pe::kUleb128:
        return body.uleb128();
      case dw_eh_pe::kUdata2:
        return widened(body.read<std::uint16_t>());
      case dw_eh_pe::kUdata4:
        return widened(body.read<std::uint32_t>());
      case dw_eh_pe::kUdata8:
        return widened(body.read<std::uint64_t>());
      case dw_eh_pe::kSleb128:
        return widened(body.sleb128());
      case dw_eh_pe::kSdata2:
        return widened(body.read<std::int16_t>());
      case dw_eh_pe::kSdata4:
        return widened(body.read<std::int32_t>());
      case dw_eh_pe::kSdata8:
        return widened(body.read<std::int64_t>());
      default:
        return fail(ErrorCode::kMalformed, fmt::format("pointer encoding {:#04x} is not defined", format),
                    frame_.offset + body.position());
    }
  }

  const EhFrame& frame_;
  ByteReader in_;
  std::vector<UnwindRange>& out_;
  LoadBudget& budget_;
  std::vector<Defect>& defects_;
  std::unordered_map<std::uint64_t, CommonInformation> cies_;
  DefectTally bad_entries_;
};

}  // namespace

void read_eh_frame(const EhFrame& frame, std::vector<UnwindRange>& out, LoadBudget& budget,
                   std::vector<Defect>& defects) {
  EhFrameReader(frame, out, budget, defects).read_all();
}

std::optional<VirtualAddress> eh_frame_of_header(const EhFrame& header) {
  // version (1), eh_frame_ptr_enc, fde_count_enc, table_enc, encoded eh_frame_ptr
  const ByteReader in(header.content, header.order, header.offset);
  if (in.value_at<std::uint8_t>(FileOffset{0}) != 1) return std::nullopt;
  EhFrame frame = header;
  frame.data_base = header.address;
  std::vector<UnwindRange> ranges;
  std::vector<Defect> defects;
  LoadBudget budget(0);
  ByteCursor cursor(in, 4);
  const auto pointer = EhFrameReader(frame, ranges, budget, defects)
                           .read_pointer(cursor, in.value_at<std::uint8_t>(FileOffset{1}, dw_eh_pe::kOmit));
  if (!pointer || !*pointer || **pointer == 0) return std::nullopt;
  return VirtualAddress{**pointer};
}

}  // namespace prova
