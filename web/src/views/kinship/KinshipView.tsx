// Whose code is this? The programs of the case, the families that each shares origin with, and every function.
import { casePath, useDocument } from "../../api";
import { Notice, ViewHead } from "../../components/parts";
import { EmptyState, Show } from "../../components/states";
import { Tabs } from "../../components/Tabs";
import { count, moment } from "../../format";
import { t, tn } from "../../i18n";
import { setQuery, useRoute } from "../../router";
import type { ViewProps } from "..";
import { closestFamily, programsOf, type KinshipDocument, type ListedProgram } from "./documents";
import { FamilyTable } from "./FamilyTable";
import { FirstSeen } from "./FirstSeen";
import { FunctionTable } from "./FunctionTable";
import { GroupTable } from "./GroupTable";
import { ProgramGraph } from "./ProgramGraph";
import { ProgramHead } from "./ProgramHead";
import { ProgramList } from "./ProgramList";
import "../../styles/views.css";
import "./kinship.css";

const kTabs = ["functions", "groups", "graph", "seen"] as const;
type Tab = (typeof kTabs)[number];

export default function KinshipView({ caseId, caseDocument }: ViewProps) {
  const loaded = useDocument<KinshipDocument>(casePath(caseId, "/kinship"));
  return (
    <>
      <ViewHead title={t("view.kinship")} note={loaded.value && noteOf(loaded.value)} />
      {(loaded.value?.notice ?? caseDocument.notice) && <Notice>{loaded.value?.notice ?? caseDocument.notice}</Notice>}
      <Show loaded={loaded} missing={() => <EmptyState title={t("kinship.no_report")}>{t("kinship.no_report_remedy")}</EmptyState>}>
        {(document) => <Kinship caseId={caseId} document={document} evidence={caseDocument.evidence} />}
      </Show>
    </>
  );
}

function noteOf({ index, generated }: KinshipDocument): string {
  const compared = index ? tn("kinship.index", index.samples, { functions: count(index.functions), families: count(index.families) }) : "";
  return [compared, generated && t("kinship.examined", { when: moment(generated.at) })].filter(Boolean).join(", ");
}

/** The one asked for, else the one with the strongest kinship: that is what somebody came to see. */
function chosenProgram(programs: ListedProgram[], key: string | null): ListedProgram | undefined {
  const strength = (listed: ListedProgram) => closestFamily(listed.program)?.log10_lr ?? -99;
  return programs.find((listed) => listed.key === key) ?? [...programs].sort((a, b) => strength(b) - strength(a))[0];
}

function Kinship({ caseId, document, evidence }: { caseId: string; document: KinshipDocument; evidence: ViewProps["caseDocument"]["evidence"] }) {
  const query = useRoute().query;
  const programs = programsOf(document);
  const chosen = chosenProgram(programs, query.get("program"));
  const tab = kTabs.find((id) => id === query.get("tab")) ?? "functions";
  if (!chosen) return <EmptyState title={t("kinship.no_programs")}><ProgramList programs={[]} document={document} chosen={null} /></EmptyState>;
  const tabs = kTabs.map((id) => ({ id, label: t(`kinship.tab_${id}`) }));
  return (
    <div class="kinship">
      <ProgramList programs={programs} document={document} chosen={chosen.key} />
      <div class="kinship-main">
        <ProgramHead listed={chosen} />
        <FamilyTable program={chosen.program} />
        <Tabs<Tab> label={t("view.kinship")} tabs={tabs} active={tab} onChange={(id) => setQuery({ tab: id === "functions" ? null : id })} />
        <div role="tabpanel" id={`panel-${tab}`} aria-labelledby={`tab-${tab}`}>
          {tab === "functions" && <FunctionTable key={chosen.key} caseId={caseId} listed={chosen} samples={document.samples} />}
          {tab === "groups" && <GroupTable program={chosen.program} />}
          {tab === "graph" && <ProgramGraph programs={programs} document={document} chosen={chosen.key} />}
          {tab === "seen" && <FirstSeen programs={programs} evidence={evidence} />}
        </div>
      </div>
    </div>
  );
}
