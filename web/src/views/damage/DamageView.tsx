// What was destroyed, and is anything lost for good? Verdicts, systems, the disks block by block, every file.
import { casePath, useDocument } from "../../api";
import { Panel, Select, ViewHead } from "../../components/parts";
import { EmptyState, Show } from "../../components/states";
import { moment } from "../../format";
import { t } from "../../i18n";
import { setQuery, useRoute } from "../../router";
import type { ViewProps } from "..";
import { fileName, type DamageDocument } from "./documents";
import { DiskFindings } from "./DiskFindings";
import { FileTable } from "./FileTable";
import { SourceTable } from "./SourceTable";
import { SurvivalMap } from "./SurvivalMap";
import { SystemTable, VerdictBars } from "./Verdicts";
import "../../styles/views.css";
import "./damage.css";

export default function DamageView({ caseId }: ViewProps) {
  const loaded = useDocument<DamageDocument>(casePath(caseId, "/damage"));
  const value = loaded.value;
  return (
    <>
      <ViewHead title={t("view.damage")} note={value && t("damage.note", { created: moment(value.inventory.created), scanned: moment(value.scanned) })} />
      <Show loaded={loaded} missing={() => <EmptyState title={t("damage.none")}>{t("damage.none_remedy")}</EmptyState>}>
        {(document) => <Damage caseId={caseId} document={document} />}
      </Show>
    </>
  );
}

function Damage({ caseId, document }: { caseId: string; document: DamageDocument }) {
  const images = document.sources.map((source, index) => ({ source, index })).filter(({ source }) => source.steps !== undefined);
  const asked = Number(useRoute().query.get("image") ?? NaN);
  const image = images.find(({ index }) => index === asked) ?? images[0];
  return (
    <div class="stacked damage">
      <p class="damage-sentence">{document.sentence}</p>
      <div class="damage-top">
        <Panel title={t("damage.verdicts")}><VerdictBars totals={document.totals} /></Panel>
        <Panel title={t("damage.systems")}><SystemTable systems={document.systems} /></Panel>
      </div>
      <Panel title={t("damage.map")} aside={images.length > 1 && image && (
        <Select label={t("damage.map_of")} value={String(image.index)} options={images.map(({ source, index }) => ({ id: String(index), label: fileName(source.path) }))} onChange={(id) => setQuery({ image: id })} />
      )}>
        {image ? <><SurvivalMap key={image.index} caseId={caseId} image={image.index} source={image.source} /><DiskFindings source={image.source} /></> : <p class="soft">{t("damage.no_image")}</p>}
      </Panel>
      <Panel title={t("damage.files")}><FileTable caseId={caseId} document={document} /></Panel>
      <Panel title={t("damage.sources")}><SourceTable sources={document.sources} /></Panel>
    </div>
  );
}
