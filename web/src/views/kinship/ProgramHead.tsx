// What the chosen program is: name, machine, hash, and how much of it is whose.
import { ShareBar, shareText } from "../../components/ShareBar";
import { Digest, Untrusted } from "../../components/Untrusted";
import { bytes, count } from "../../format";
import { t, tn } from "../../i18n";
import { kRoles, nameOfProgram, type ListedProgram } from "./documents";
import { sharesOf } from "./ProgramList";

function Remarks({ listed: { artifact, program } }: { listed: ListedProgram }) {
  const remarks = [
    artifact.stand_in && t("kinship.stand_in", { name: artifact.stand_in }),
    program.anomalies_total > 0 && tn("kinship.anomalies", program.anomalies_total),
    program.capped && t("kinship.capped"),
  ].filter(Boolean);
  return <>{remarks.map((remark) => <span key={remark as string} class="badge">{remark}</span>)}</>;
}

export function ProgramHead({ listed }: { listed: ListedProgram }) {
  const { sample, code_bytes, counts } = listed.program;
  return (
    <header class="program-head">
      <h2><Untrusted text={nameOfProgram(listed)} /></h2>
      <p class="soft">
        <span>{sample.format.toUpperCase()} {sample.arch}, {bytes(sample.size)}</span> <span>SHA-256 <Digest value={sample.sha256} length={16} /></span> <Remarks listed={listed} />
      </p>
      <ShareBar label={t("kinship.composition")} shares={sharesOf(listed.program)} />
      <ul class="key" aria-label={t("kinship.composition")}>
        {kRoles.filter((role) => counts[role]).map((role) => (
          <li key={role}>
            <i class={`swatch is-${role}`} aria-hidden="true" />
            {t(`kinship.role.${role}`)} <b>{shareText(counts[role]!.bytes, code_bytes)}</b>
            <span>{count(counts[role]!.functions)}</span>
          </li>
        ))}
      </ul>
    </header>
  );
}
