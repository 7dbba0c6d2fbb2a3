// Items, roots and sources of the case; what each weighs; and what the answers become when items are taken out.
import { useMemo, useState } from "preact/hooks";
import { assessmentPath, useDocument } from "../../api";
import { SearchField, Select, ViewHead } from "../../components/parts";
import { EmptyState, Show } from "../../components/states";
import { Tabs } from "../../components/Tabs";
import { count, dayLong } from "../../format";
import { t, tn } from "../../i18n";
import { setQuery, useRoute } from "../../router";
import { useSettings } from "../../settings";
import { EvidenceSheet } from "../../editing/EvidenceSheet";
import type { Assessment, CaseDocument } from "../../documents";
import type { ViewProps } from "..";
import { DropPanel } from "./DropPanel";
import { EvidenceGraph } from "./EvidenceGraph";
import { EvidenceMatrix } from "./EvidenceMatrix";
import { EvidenceTable } from "./EvidenceTable";
import { ItemDetail } from "./ItemDetail";
import { evidenceRows, matches } from "./rows";
import "./evidence.css";

type Shape = "table" | "graph" | "matrix";

export default function EvidenceView({ caseId, caseDocument }: ViewProps) {
  const { query } = useRoute();
  const { language } = useSettings();
  const asOf = query.get("as_of");
  const without = useMemo(() => (query.get("without") ?? "").split(",").filter(Boolean), [query.get("without")]);
  const everything = useDocument<Assessment>(assessmentPath(caseId, asOf, [], language));
  const reduced = useDocument<Assessment>(without.length > 0 ? assessmentPath(caseId, asOf, without, language) : null);
  const [editing, setEditing] = useState<string | "new" | null>(null);
  if (caseDocument.evidence.length === 0) {
    return (
      <>
        <Head caseDocument={caseDocument} known={null} onAdd={() => setEditing("new")} />
        <EmptyState title={t("evidence.empty")} />
        {editing && <EvidenceSheet caseId={caseId} itemId={null} onClose={() => setEditing(null)} />}
      </>
    );
  }
  return (
    <>
      <Head caseDocument={caseDocument} known={everything.value} onAdd={() => setEditing("new")} />
      <Show loaded={everything}>
        {(all) => (
          <Evidence caseDocument={caseDocument} all={all} without={without} onEdit={setEditing}
            now={without.length > 0 ? reduced.value ?? all : all} waiting={without.length > 0 && reduced.stale} problem={without.length > 0 ? reduced.error?.message ?? null : null} />
        )}
      </Show>
      {editing && <EvidenceSheet caseId={caseId} itemId={editing === "new" ? null : editing} onClose={() => setEditing(null)} />}
    </>
  );
}

function Head({ known, onAdd }: { caseDocument: CaseDocument; known: Assessment | null; onAdd(): void }) {
  return (
    <ViewHead title={t("view.evidence")} note={known && `${dayLong(known.as_of)} · ${tn("overview.known", known.items_known, { counted: count(known.items_counted) })}`}>
      <button type="button" class="button is-primary" onClick={onAdd}>{t("evidence.add")}</button>
    </ViewHead>
  );
}

function Evidence({ caseDocument, all, now, without, waiting, problem, onEdit }: {
  caseDocument: CaseDocument; all: Assessment; now: Assessment; without: readonly string[]; waiting: boolean; problem: string | null; onEdit(id: string): void;
}) {
  const { query } = useRoute();
  const [search, setSearch] = useState("");
  const shape = (query.get("shape") ?? "table") as Shape;
  const question = all.questions.find((entry) => entry.id === query.get("question")) ?? all.questions[0];
  const out = useMemo(() => new Set(without), [without]);
  const rows = useMemo(() => evidenceRows(caseDocument, all, question, out), [caseDocument, all, question, out]);
  const known = useMemo(() => rows.filter((row) => row.silent !== "not_yet_known"), [rows]);
  const shown = useMemo(() => known.filter((row) => matches(row, search)), [known, search]);
  const selected = query.get("item");
  const toggle = (id: string) => {
    const next = out.has(id) ? without.filter((other) => other !== id) : [...without, id];
    setQuery({ without: next.sort().join(",") || null });
  };
  const open = (id: string) => setQuery({ item: id === selected ? null : id });
  const common = { rows: shown, question, selected, onToggle: toggle, onOpen: open };
  const detail = rows.find((row) => row.item.id === selected);
  return (
    <div class={`evidence is-${shape}`}>
      <div class="evidence-main">
        <Tabs label={t("view.evidence")} active={shape} onChange={(id) => setQuery({ shape: id === "table" ? null : id })} tabs={[
          { id: "table", label: t("evidence.table"), count: count(known.length) }, { id: "matrix", label: t("evidence.matrix") }, { id: "graph", label: t("evidence.graph") }]} />
        <div class="evidence-tools">
          <Select label={t("evidence.question")} value={question?.id ?? ""} onChange={(id) => setQuery({ question: id })}
            options={all.questions.map((entry) => ({ id: entry.id, label: entry.ask }))} />
          {known.length < rows.length && <span class="soft evidence-later">{tn("evidence.later", rows.length - known.length)}</span>}
          <SearchField value={search} onInput={setSearch} label={t("evidence.search")} />
        </div>
        <div class="evidence-shape" role="tabpanel" id={`panel-${shape}`} aria-labelledby={`tab-${shape}`}>
          {shape === "table" && <EvidenceTable {...common} />}
          {shape === "matrix" && <EvidenceMatrix {...common} />}
          {shape === "graph" && <EvidenceGraph {...common} />}
        </div>
      </div>
      <div class="evidence-side">
        {detail && <ItemDetail row={detail} rows={rows} caseDocument={caseDocument} assessment={all} onEdit={() => onEdit(detail.item.id)} onClose={() => setQuery({ item: null })} onToggle={() => toggle(detail.item.id)} />}
        <DropPanel all={all} now={now} question={question} without={without} waiting={waiting} problem={problem} rows={rows} onToggle={toggle} />
      </div>
    </div>
  );
}
