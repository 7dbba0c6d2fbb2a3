#pragma once
// The closed list of evidence kinds, the grades of sources, and the numbers that belong to them. One table each, in
// kinds.cpp, with reasons. docs/methods/inference.md says where the numbers come from.

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace prova {

enum class EvidenceKind : std::uint8_t {
  kPersona, kPolitical, kAnalogy, kVictimStatement, kDenial,
  kLanguage, kMetadata, kWorkTime, kTtpGeneric, kKeyPublished,
  kMotive, kVictimology, kCodePublic,
  kInfrastructure, kMoney, kTtpSpecific, kBehaviour,
  kCodePrivate, kKeyRare, kForensics, kAssessment,
  kTelemetry, kControlServer, kOperatorSlip, kCustody,
  kAllSource, kForgeryProof, kKinship,
};

/// What a kind of evidence looks at. Different aspects are worked on by different people and faked by different
/// means, so agreement across aspects counts (MICTIC, Steffens 2020). Used by the confidence criteria.
enum class Aspect : std::uint8_t {
  kClaim, kTrace, kMethod, kCuiBono, kInfrastructure, kMalware, kTelemetry, kControl, kIntelligence,
};
[[nodiscard]] std::string_view name_of(Aspect aspect);

struct KindRow {
  EvidenceKind kind{};
  std::string_view name;      ///< As written in case.yaml.
  std::string_view label;     ///< For people.
  int spoofability = 5;       ///< Default: 1 hard to fake .. 5 trivial.
  double cap = 1;             ///< Largest likelihood ratio that a word of this kind can carry for one item.
  Aspect aspect{};
  std::string_view why;       ///< Why this cap.
};

/// Every kind, in the order of the enumeration.
[[nodiscard]] std::span<const KindRow> evidence_kinds();
[[nodiscard]] const KindRow& row_of(EvidenceKind kind);
[[nodiscard]] std::optional<EvidenceKind> kind_from_name(std::string_view name);

/// Opinions whose ground is not shown: an assessment on own undisclosed telemetry, or by all sources.
[[nodiscard]] constexpr bool is_withheld(EvidenceKind kind) {
  return kind == EvidenceKind::kAssessment || kind == EvidenceKind::kAllSource;
}

/// Evidence that others have tested in the open: anyone can repeat a proof of forgery, and a court hears the other side.
/// It is confirmed without a second root.
[[nodiscard]] constexpr bool is_tested_in_the_open(EvidenceKind kind) {
  return kind == EvidenceKind::kForgeryProof || kind == EvidenceKind::kCustody;
}

/// Admiralty (NATO) grade of a source: A completely reliable .. E unreliable, F cannot be judged.
enum class SourceGrade : char { kA = 'A', kB = 'B', kC = 'C', kD = 'D', kE = 'E', kF = 'F' };
/// P(the root is sound | grade).
[[nodiscard]] double probability_sound(SourceGrade grade);
/// P(the claim holds | credibility 1 confirmed .. 5 improbable, 6 cannot be judged). REQUIRES 1 <= credibility <= 6.
[[nodiscard]] double probability_holds(int credibility);
/// P(an imitator can plant it | spoofability 1..5). REQUIRES 1 <= spoofability <= 5.
[[nodiscard]] double probability_planted(int spoofability);

}  // namespace prova
