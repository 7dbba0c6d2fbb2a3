// Two programs function by function, and two functions side by side.
import { useEffect, useMemo } from "preact/hooks";
import { casePath, useDocument, withQuery } from "../../api";
import { pagePath, type RowsPage } from "../../components/pagedRows";
import { Select, ViewHead } from "../../components/parts";
import { EmptyState, Show } from "../../components/states";
import { log10 } from "../../format";
import { t } from "../../i18n";
import { setQuery, useRoute } from "../../router";
import type { ViewProps } from "..";
import { hex, nameOfProgram, programsOf, type FunctionRow, type KinshipDocument } from "../kinship/documents";
import type { CompareDocument, FunctionPair } from "./documents";
import { PairDetail } from "./PairDetail";
import { PairList, strongestFirst } from "./PairList";
import "../../styles/views.css";
import "../kinship/kinship.css";
import "./pair.css";

interface Choice {
  id: string;
  label: string;
}

/** Programs that lie in the case and can be read. Libraries are archives of many and are compared through their functions. */
function choicesOf(document: KinshipDocument): { artifacts: Choice[]; all: Choice[] } {
  const artifacts = programsOf(document).map((listed) => ({ id: listed.program.sample.sha256, label: nameOfProgram(listed) }));
  const known = document.samples.filter((sample) => sample.at_hand).map((sample) => ({ id: sample.sha256, label: `${sample.name} (${sample.family})` }));
  const all = [...artifacts, ...known].filter((choice, i, list) => list.findIndex((other) => other.id === choice.id) === i);
  return { artifacts, all };
}

/** The artefact and the known program that share most telling code. */
function strongest(document: KinshipDocument): { left: string; right: string } | null {
  const here = new Set(document.samples.filter((sample) => sample.at_hand).map((sample) => sample.sha256));
  const best = document.shared.filter((one) => here.has(one.sample)).sort((a, b) => b.telling_bytes - a.telling_bytes)[0];
  return best ? { left: best.program, right: best.sample } : null;
}

export default function PairView({ caseId }: ViewProps) {
  const query = useRoute().query;
  const kinship = useDocument<KinshipDocument>(casePath(caseId, "/kinship"));
  const first = kinship.value ? strongest(kinship.value) : null;
  const left = query.get("left") ?? first?.left ?? null, right = query.get("right") ?? first?.right ?? null;
  const choices = kinship.value ? choicesOf(kinship.value).all : [];
  const select = (side: "left" | "right", value: string | null) => (
    <Select label={t(`pair.${side}`)} value={value ?? ""} options={value && choices.some((choice) => choice.id === value) ? choices : [{ id: value ?? "", label: "–" }, ...choices]}
      onChange={(id) => setQuery({ left, right, function: null, [side]: id, [`${side}_member`]: null }, "push")} />
  );
  return (
    <>
      <ViewHead title={t("view.pair")}>
        {select("left", left)}
        {select("right", right)}
        <button type="button" class="button" disabled={!left || !right} onClick={() => setQuery({ left: right, right: left, function: null, left_member: query.get("right_member"), right_member: query.get("left_member") }, "push")}>{t("pair.swap")}</button>
      </ViewHead>
      <Show loaded={kinship} missing={() => <EmptyState title={t("kinship.no_report")}>{t("kinship.no_report_remedy")}</EmptyState>}>
        {() => (left && right ? <Compared caseId={caseId} left={left} right={right} /> : <EmptyState title={t("pair.choose")}>{t("pair.choose_remedy")}</EmptyState>)}
      </Show>
    </>
  );
}

/** Pairs whose function, in one of the two programs, no library or ordinary software explains: what says who wrote it. Null until known. */
function useTelling(caseId: string, left: string, right: string, pairs: readonly FunctionPair[]): FunctionPair[] | null {
  const kinship = useDocument<KinshipDocument>(casePath(caseId, "/kinship"));
  const artifacts = new Set(kinship.value ? programsOf(kinship.value).map((listed) => listed.program.sample.sha256) : []);
  const path = (artifact: string) => (artifacts.has(artifact) ? pagePath(casePath(caseId, "/kinship/functions"), { artifact, role: ["unique", "family"] }) : null);
  const inLeft = useDocument<RowsPage<FunctionRow>>(path(left)), inRight = useDocument<RowsPage<FunctionRow>>(path(right));
  return useMemo(() => {
    const known = (one: typeof inLeft, artifact: string) => !artifacts.has(artifact) || one.value !== null || one.error !== null;
    if (!kinship.value || !known(inLeft, left) || !known(inRight, right)) return null;
    const addresses = (one: typeof inLeft, artifact: string) => new Set((artifacts.has(artifact) ? (one.value?.rows ?? []) : []).map((row) => row.address));
    const lefts = addresses(inLeft, left), rights = addresses(inRight, right);
    return pairs.filter((pair) => lefts.has(pair.left.address) || rights.has(pair.right.address));
  }, [pairs, kinship.value, left, right, inLeft.value, inLeft.error, inRight.value, inRight.error]);
}

function Compared({ caseId, left, right }: { caseId: string; left: string; right: string }) {
  const query = useRoute().query;
  const parameters = { left, right, left_member: query.get("left_member"), right_member: query.get("right_member") };
  const summary = useDocument<CompareDocument>(withQuery(casePath(caseId, "/compare"), parameters));
  const chosen = query.get("function");
  const pairs = useMemo(() => (summary.value ? strongestFirst(summary.value.pairs) : []), [summary.value]);
  const telling = useTelling(caseId, left, right, pairs);
  const pair = pairs.find((one) => hex(one.left.address) === chosen) ?? null;
  const open = (one: FunctionPair) => setQuery({ left, right, function: hex(one.left.address) });
  useEffect(() => {
    if (chosen === null && pairs[0] && telling) open(telling[0] ?? pairs.find((one) => one.state === "changed") ?? pairs[0]);
  }, [pairs, chosen, telling]);
  return (
    <Show loaded={summary}>
      {(value) => (
        <>
          <p class="pair-summary">
            {t("pair.summary", { both: value.pairs.length, identical: value.summary.identical, changed: value.summary.changed, left: value.summary.only_left, right: value.summary.only_right })}{" "}
            <span class="soft">{t("pair.lr", { lr: log10(value.summary.log10_lr), verbal: value.summary.verbal })} {t("pair.lr_hint")}</span>
          </p>
          <div class="pair">
            <PairList document={value} telling={telling ?? []} chosen={chosen} onChoose={open} />
            {pair ? <Detail path={withQuery(casePath(caseId, "/compare"), { ...parameters, function: chosen })} pair={pair} />
              : <EmptyState title={chosen ? t("pair.no_partner") : t("pair.no_pair")} />}
          </div>
        </>
      )}
    </Show>
  );
}

function Detail({ path, pair }: { path: string; pair: FunctionPair }) {
  const document = useDocument<CompareDocument>(path);
  return <Show loaded={document}>{(value, stale) => (stale ? <p class="soft">…</p> : <PairDetail key={path} document={value} pair={pair} />)}</Show>;
}
