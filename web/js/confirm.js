// An officer's word that a worse tier is right: the dialog, and the notice that came of it.
import * as api from "./api.js";
import { labelled, moveOn, openForm } from "./form.js";
import { longDay, noticeName, sentence, tierCalled, tierName, tr } from "./i18n.js";
import { icon, mark } from "./icons.js";
import { openNotice } from "./notices.js";
import { state } from "./state.js";
import { announce, el } from "./ui.js";

/** @param {api.House} house @param {import("./tiers.js").Tier} tier */
export function openConfirm(house, tier) {
  const { follows = [], days_to_repair: days } = state.policy?.tiers[tier] ?? {};
  const warned = tier === "red" || tier === "yellow"; // a notice follows from these only
  const reason = el("textarea", { id: "confirm-reason", name: "reason", required: true, rows: 3, maxlength: 500 });
  const dialog = openForm("confirm", tr("confirmTitle", house.address || house.code), tr(warned ? "confirmSave" : "confirmSaveOnly", tierName(tier)), async () => {
    if (!reason.value.trim()) { reason.value = ""; reason.reportValidity(); throw new api.Problem(422, { title: tr("reasonMissing") }); }
    const { notice, effective } = await api.confirm(house.code, tier, reason.value.trim());
    await moveOn();
    const done = tr(notice ? "confirmDone" : "confirmDoneOnly");
    announce(done);
    const today = state.site?.today ?? state.day;
    return el("div", { class: "made" }, el("p", { class: "done" }, icon("check"), done),
      el("dl", null,
        notice && el("div", null, el("dt", null, tr("noticeMade")), el("dd", null, noticeName(notice.kind), " ", el("b", { id: "confirm-number" }, notice.number))),
        notice?.deadline && el("div", null, el("dt", null, tr("deadline")), el("dd", null, longDay(notice.deadline))),
        el("div", null, el("dt", null, tr("publicFrom")), el("dd", null, effective <= today ? tr("atOnce") : longDay(effective)))),
      el("footer", null, el("button", { type: "button", onclick: () => dialog.close() }, tr("close")),
        notice && el("button", { type: "button", class: "main", id: "confirm-pdf", onclick: () => openNotice(notice) }, icon("paper"), tr("openPdf"))));
  },
    el("p", { class: `verdict-line ${tier}` }, mark(tier), el("b", null, tierName(tier)), tierCalled(tier) && ` · ${tierCalled(tier)}`),
    follows.length > 0 && el("div", null, el("h3", null, tr("follows")), el("ul", { class: "follows" }, follows.map((text) => el("li", null, sentence(text))))),
    el("p", { class: "hint" }, days ? tr("confirmRepair", days) : tr(warned ? "confirmAtOnce" : "confirmAtOnceOnly")),
    labelled("reason", tr("confirmReason"), reason));
  reason.focus();
}
