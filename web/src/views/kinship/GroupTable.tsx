// Functions by what they turned out to be: only in one family, shared by several, a library's, ordinary software's, new.
import { ShareBar, shareText } from "../../components/ShareBar";
import { Untrusted } from "../../components/Untrusted";
import { bytes, count, log10 } from "../../format";
import { t } from "../../i18n";
import { hrefOf } from "../../router";
import type { FunctionGroup, Program } from "./documents";
import { programKey } from "./documents";

function Row({ group, program, largest }: { group: FunctionGroup; program: Program; largest: number }) {
  const shares = [{ id: "here", label: group.group, value: group.bytes, mark: `is-${group.role}` }, { id: "rest", label: "", value: largest - group.bytes, mark: "is-rest" }];
  return (
    <tr>
      <th scope="row"><a href={hrefOf("kinship", { program: programKey(program), roles: "all", group: group.group })}><Untrusted text={group.group} /></a></th>
      <td><span class="role-cell"><i class={`swatch is-${group.role}`} aria-hidden="true" />{t(`kinship.role.${group.role}`)}</span></td>
      <td class="n">{count(group.functions)}</td>
      <td class="n">{bytes(group.bytes)}</td>
      <td class="group-bar"><ShareBar thin label={group.group} shares={shares} /></td>
      <td class="n">{shareText(group.bytes, program.code_bytes)}</td>
      <td class="n">{group.best_log10_lr > 0 ? log10(group.best_log10_lr) : "–"}</td>
    </tr>
  );
}

export function GroupTable({ program }: { program: Program }) {
  const largest = Math.max(1, ...program.groups.map((group) => group.bytes));
  return (
    <div class="scroll-x">
      <table class="group-table">
        <thead>
          <tr>
            <th scope="col">{t("kinship.group")}</th><th scope="col">{t("kinship.role")}</th><th scope="col" class="n">{t("kinship.functions")}</th>
            <th scope="col" class="n">{t("kinship.size")}</th><th scope="col" aria-label={t("kinship.composition")} /><th scope="col" class="n">%</th><th scope="col" class="n">{t("kinship.strongest")}</th>
          </tr>
        </thead>
        <tbody>{program.groups.map((group) => <Row key={group.group} group={group} program={program} largest={largest} />)}</tbody>
      </table>
    </div>
  );
}
