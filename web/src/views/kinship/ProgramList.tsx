// The programs of the case, each with what its code is and the family that it is closest to.
import { ShareBar } from "../../components/ShareBar";
import { PathText, Untrusted } from "../../components/Untrusted";
import { log10 } from "../../format";
import { t } from "../../i18n";
import { hrefOf } from "../../router";
import { closestFamily, kRoles, nameOfProgram, type KinshipDocument, type ListedProgram, type Program } from "./documents";

export const sharesOf = (program: Program) =>
  kRoles.map((role) => ({ id: role, label: t(`kinship.role.${role}`), value: program.counts[role]?.bytes ?? 0, mark: `is-${role}` }));

function Closest({ program }: { program: Program }) {
  const family = closestFamily(program);
  const supported = family && (family.log10_lr ?? 0) > 0 && family.shared_functions > 0;
  if (!family || !supported) return <small class="soft">{t("kinship.no_match")}</small>;
  return <small><Untrusted text={family.family} /> · {t("kinship.lr")} {log10(family.log10_lr ?? 0)}</small>;
}

export function ProgramList({ programs, document, chosen }: { programs: ListedProgram[]; document: KinshipDocument; chosen: string | null }) {
  const failed = document.artifacts.filter((one) => one.error && one.programs.length === 0).map((one) => ({ path: one.path, reason: one.error! }));
  for (const one of document.failed) if (!failed.some((other) => other.path === one.path)) failed.push(one);
  return (
    <nav class="program-list" aria-label={t("kinship.programs")}>
      <h2>{t("kinship.programs")}</h2>
      <ul>
        {programs.map((listed) => (
          <li key={listed.key}>
            <a href={hrefOf("kinship", { program: listed.key })} aria-current={listed.key === chosen ? "true" : undefined}>
              <b><Untrusted text={nameOfProgram(listed)} /></b>
              <Closest program={listed.program} />
              <ShareBar thin label={t("kinship.composition")} shares={sharesOf(listed.program)} />
            </a>
          </li>
        ))}
      </ul>
      {failed.length > 0 && (
        <>
          <h2>{t("kinship.failed")}</h2>
          <ul class="program-failed">
            {failed.map((one) => <li key={one.path}><PathText path={one.path} keep={26} /><small><Untrusted text={one.reason} /></small></li>)}
          </ul>
        </>
      )}
    </nav>
  );
}
