import { t } from "../i18n";
import { changeSettings, useSettings } from "../settings";
import { Segmented } from "./Tabs";

export function YardstickChoice() {
  const { yardstick } = useSettings();
  const options = [{ id: "phia" as const, label: t("settings.phia") }, { id: "icd203" as const, label: t("settings.icd203") }];
  return <Segmented label={t("settings.yardstick")} options={options} value={yardstick} onChange={(id) => changeSettings({ yardstick: id })} />;
}
