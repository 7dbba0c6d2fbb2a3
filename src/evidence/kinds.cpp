#include "evidence/kinds.h"

#include <array>

namespace prova {
namespace {

using K = EvidenceKind;
using A = Aspect;

/// Caps: what a strong word ("++") of this kind can weigh for one item, as a likelihood ratio. They began as a proposal
/// made from public cases between 2016 and 2024 in which such evidence misled or held (docs/methods/inference.md, "Kinds"),
/// and are judgement, not measurement. Order of rows: order of the enumeration.
constexpr auto kKinds = std::to_array<KindRow>({
    {K::kPersona, "persona", "claim by a persona", 5, 1.5, A::kClaim,
     "free to say and made to mislead; wrong in the DNC and Anonymous Sudan cases"},
    {K::kPolitical, "political", "political statement", 5, 1.5, A::kClaim,
     "follows interest; named China for SolarWinds"},
    {K::kAnalogy, "analogy", "likeness to other attacks", 4, 1.5, A::kMethod,
     "not diagnostic: most attacks resemble many others; named Russia in Albania"},
    {K::kVictimStatement, "victim_stmt", "victim's first statement", 2, 1.5, A::kClaim,
     "made before anyone could know"},
    {K::kDenial, "denial", "denial", 5, 1.0, A::kClaim, "given by guilty and innocent alike: ratio 1"},
    {K::kLanguage, "language", "language traces", 4, 2.0, A::kTrace, "cheap to plant, often misread"},
    {K::kMetadata, "metadata", "metadata and toolmarks that can be edited", 4, 2.0, A::kTrace,
     "a compiler header was forged in the Olympic Destroyer case"},
    {K::kWorkTime, "worktime", "working hours", 4, 2.0, A::kTrace, "many countries share a time zone; can be kept on purpose"},
    {K::kTtpGeneric, "ttp_generic", "generic technique", 4, 2.0, A::kMethod, "public tools and habits common to many groups"},
    {K::kKeyPublished, "key_published", "published key or certificate", 3, 2.0, A::kMalware,
     "a reader of the earlier report can copy it"},
    {K::kMotive, "motive", "motive and timing", 4, 3.0, A::kCuiBono, "misled in the Triton and Anonymous Sudan cases"},
    {K::kVictimology, "victimology", "choice of victims", 4, 3.0, A::kCuiBono, "can be chosen to point at someone"},
    {K::kCodePublic, "code_public", "shared code, older sample public", 3, 3.0, A::kMalware,
     "anyone could copy it; pointed at a sibling service in the SolarWinds case"},
    {K::kInfrastructure, "infra", "infrastructure reused", 3, 5.0, A::kInfrastructure,
     "can be hijacked, as in the Neuron and Nautilus case; addresses are recycled"},
    {K::kMoney, "money", "money trail", 3, 5.0, A::kInfrastructure, "holds where followed to the end, seldom followed that far"},
    {K::kTtpSpecific, "ttp_specific", "specific technique", 3, 5.0, A::kMethod, "rare habits, visible to those who watched"},
    {K::kBehaviour, "behaviour", "costly behaviour", 2, 5.0, A::kMethod,
     "months of access or a useless ransom channel cost what an imitator seldom pays"},
    {K::kCodePrivate, "code_private", "shared code that was not public", 2, 10.0, A::kMalware,
     "needs access to the code; suppliers and leaks remain"},
    {K::kKeyRare, "key_rare", "rare key or certificate", 2, 10.0, A::kMalware, "needs possession; rarity must be known"},
    {K::kForensics, "forensics", "forensics at the victim", 2, 10.0, A::kTrace, "seen on disk, open to interpretation"},
    {K::kAssessment, "assessment", "assessment on own undisclosed telemetry", 2, 10.0, A::kIntelligence,
     "an opinion whose ground cannot be checked"},
    {K::kTelemetry, "telemetry", "telemetry on other victims", 1, 30.0, A::kTelemetry,
     "links activity over victims that an imitator cannot know"},
    {K::kControlServer, "c2", "control server seized or observed", 1, 30.0, A::kControl, "the operators' own tracks"},
    {K::kOperatorSlip, "opsec", "operator slip tied to a person or site", 1, 30.0, A::kControl, "hard to arrange in advance"},
    {K::kCustody, "custody", "persons, servers or accounts in court custody", 1, 100.0, A::kControl,
     "must be able to overturn a wrong consensus alone (Anonymous Sudan)"},
    {K::kAllSource, "allsource", "withheld all-source assessment", 1, 20.0, A::kIntelligence,
     "wording carries the strength, the issuer's record the reliability"},
    {K::kForgeryProof, "forgery_proof", "proof that an item was forged", 1, 1.0, A::kTrace,
     "weighs through what it disproves, by a rule of its own"},
    {K::kKinship, "kinship", "measured kinship of code", 2, 10.0, A::kMalware,
     "the measured ratio replaces the word and has its own limit; the cap serves words only"},
});
static_assert(kKinds.size() == static_cast<std::size_t>(K::kKinship) + 1);

}  // namespace

std::string_view name_of(Aspect aspect) {
  switch (aspect) {
    case Aspect::kClaim: return "claims";
    case Aspect::kTrace: return "traces";
    case Aspect::kMethod: return "methods";
    case Aspect::kCuiBono: return "cui bono";
    case Aspect::kInfrastructure: return "infrastructure";
    case Aspect::kMalware: return "malware";
    case Aspect::kTelemetry: return "telemetry";
    case Aspect::kControl: return "control of servers and operators";
    case Aspect::kIntelligence: return "intelligence";
  }
  return "unknown";
}

std::span<const KindRow> evidence_kinds() { return kKinds; }

const KindRow& row_of(EvidenceKind kind) { return kKinds.at(static_cast<std::size_t>(kind)); }

std::optional<EvidenceKind> kind_from_name(std::string_view name) {
  for (const KindRow& row : kKinds) {
    if (row.name == name) return row.kind;
  }
  return std::nullopt;
}

/// The Admiralty scale has no official probabilities. These are ours: the gradation follows the scale's words, the level
/// is the number that carries the answers most (docs/methods/inference.md, "Sensitivity to the parameters"). F means
/// "cannot be judged", which is not "unreliable".
double probability_sound(SourceGrade grade) {
  switch (grade) {
    case SourceGrade::kA: return .99;
    case SourceGrade::kB: return .95;
    case SourceGrade::kC: return .85;
    case SourceGrade::kD: return .60;
    case SourceGrade::kE: return .30;
    case SourceGrade::kF: return .75;
  }
  return .75;
}

double probability_holds(int credibility) {
  constexpr std::array<double, 6> kHolds = {.99, .93, .75, .50, .20, .75};
  return kHolds.at(static_cast<std::size_t>(credibility - 1));
}

double probability_planted(int spoofability) {
  constexpr std::array<double, 5> kPlanted = {.01, .05, .20, .50, .90};
  return kPlanted.at(static_cast<std::size_t>(spoofability - 1));
}

}  // namespace prova
