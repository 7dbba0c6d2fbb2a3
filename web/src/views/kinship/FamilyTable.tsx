// Families with their likelihood ratios; below, what was set aside before anything was weighed.
import { WeightBar } from "../../components/parts";
import { Untrusted } from "../../components/Untrusted";
import { bytes, count } from "../../format";
import { t, tn } from "../../i18n";
import { ownBytes, type Family, type Program } from "./documents";

/** Ratios beyond this fill the bar: a thousand to one is where the words of the scale end. */
const kFullBar = 3;

function MalwareRow({ family }: { family: Family }) {
  const supported = (family.log10_lr ?? 0) > 0 && family.shared_functions > 0;
  return (
    <tr class={supported ? undefined : "is-unsupported"}>
      <th scope="row">
        <Untrusted text={family.family} />
        {family.actor && <small><Untrusted text={family.actor} /></small>}
      </th>
      <td>{family.log10_lr !== null && <WeightBar value={family.log10_lr} limit={kFullBar} />}</td>
      <td>{family.verbal}</td>
      <td class="n">{count(family.shared_functions)}<small>{t("kinship.shared_of", { shared: bytes(family.shared_bytes), all: bytes(family.of_bytes) })}</small></td>
      <td class="family-why">{family.evidence.map((sentence) => <span key={sentence}><Untrusted text={sentence} />. </span>)}</td>
    </tr>
  );
}

export function FamilyTable({ program }: { program: Program }) {
  const malware = program.families.filter((family) => family.role === "malware");
  const explained = program.families.filter((family) => family.role !== "malware" && family.shared_functions > 0);
  return (
    <section aria-label={t("kinship.families")} class="families">
      {malware.length === 0 ? <p class="soft">{t("kinship.no_families")}</p> : (
        <div class="scroll-x">
          <table>
            <thead>
              <tr>
                <th scope="col">{t("kinship.family")}</th>
                <th scope="col" title={t("kinship.families_hint")}>{t("kinship.lr")}</th>
                <th scope="col">{t("kinship.support")}</th>
                <th scope="col" class="n">{t("kinship.shared")}</th>
                <th scope="col">{t("kinship.because")}</th>
              </tr>
            </thead>
            <tbody>{malware.map((family) => <MalwareRow key={family.family} family={family} />)}</tbody>
          </table>
        </div>
      )}
      <p class="set-aside" title={t("kinship.set_aside_hint")}>
        <b>{t("kinship.own_code", { bytes: bytes(ownBytes(program)) })}.</b>{" "}
        {explained.length > 0 && <>{t("kinship.set_aside")}: {explained.map((family, i) => (
          <span key={family.family}>
            {i > 0 && ", "}
            <Untrusted text={family.family} />{family.version && ` ${family.version}`} <span class="soft">({tn("kinship.functions_bytes", family.shared_functions, { bytes: bytes(family.shared_bytes) })})</span>
          </span>
        ))}</>}
      </p>
    </section>
  );
}
