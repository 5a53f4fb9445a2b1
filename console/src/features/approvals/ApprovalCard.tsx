import { Progress } from "antd";
import { useTranslation } from "react-i18next";
import { useLanguage } from "~/client/language";
import { useNamed } from "~/client/names";
import { Decide } from "~/features/approvals/Decide";
import { type Approval, count, type Decided, type Shown, turn, useAccount } from "~/features/approvals/read";
import { Badge, type Tone } from "~/ui/Badge";
import { Facts } from "~/ui/detail/DetailPage";
import { Money, Span, When } from "~/ui/Words";

const TONES: Record<string, Tone> = { open: "warn", approved: "good", rejected: "bad", withdrawn: "plain" };

type Props = { shown: Shown; mine: boolean; done: (decided: Decided) => void };

/** One thing that is asked: how much, for whom, why, until when, who agreed so far; and yes or no. */
export function ApprovalCard({ shown, mine, done }: Props) {
  const { t } = useTranslation();
  const { language } = useLanguage();
  const { approval } = shown;
  const { grant } = approval;
  const title = approval.text[language] || t(`approvals.kind.${grant.grant.replace(".", "_")}`);
  return (
    <li className="approval" aria-label={title}>
      <header>
        <b>{title}</b>
        <Badge tone={TONES[approval.state ?? "open"]}>{t(`approvals.state.${approval.state ?? "open"}`)}</Badge>
      </header>
      {grant.grant === "credit.grant" && (
        <p className="approval-amount">
          <Money minor={grant.amount_minor} />
          <span className="faint">{t("approvals.for_hours", { count: grant.hours })}</span>
        </p>
      )}
      <Facts
        facts={[
          ["approvals.fact.reason", approval.reason],
          ["approvals.fact.asked_by", approval.asked_by],
          ["approvals.fact.asked_at", <When key="asked" at={approval.asked_at} />],
          ["approvals.fact.due", approval.state === "open" && approval.due_at && <Due at={approval.due_at} />],
        ]}
      />
      {grant.grant === "credit.grant" && <Account account={grant.account} />}
      <Votes approval={approval} />
      {mine && approval.state === "open" && (
        <Decide approvalId={approval.approval_id} delegable={approval.spec.delegable ?? true} done={done} />
      )}
    </li>
  );
}

/** How long there is, or since when it is too late. */
function Due({ at }: { at: string }) {
  const { t } = useTranslation();
  const seconds = (Date.parse(at) - Date.now()) / 1000;
  return (
    <>
      <When at={at} late={seconds < 0} />{" "}
      <span className={seconds < 0 ? "late" : "faint"}>
        {t(seconds < 0 ? "approvals.overdue" : "approvals.left")} <Span seconds={Math.abs(seconds)} />
      </span>
    </>
  );
}

function Account({ account }: { account: string }) {
  const asked = useAccount(account);
  const found = asked.data?.account;
  if (!found) return <Facts facts={[["approvals.fact.account", account]]} />;
  const { currency } = found;
  return (
    <Facts
      facts={[
        ["approvals.fact.account", account],
        ["approvals.fact.limit", <Money key="limit" minor={found.limit_minor} currency={currency} />],
        [
          "approvals.fact.used",
          <Money key="used" minor={found.used_minor + found.reserved_minor} currency={currency} />,
        ],
        ["approvals.fact.available", <Money key="available" minor={found.available_minor} currency={currency} />],
      ]}
    />
  );
}

/** Who must agree, how many of them did, and what each said. */
function Votes({ approval }: { approval: Approval }) {
  const named = useNamed();
  const { t } = useTranslation();
  const { wanted, seats, yes } = count(approval);
  const step = turn(approval);
  const levels = approval.spec.steps.length;
  const asked = [...(step.roles ?? []).map((each) => named("roles", each)), ...(step.persons ?? [])];
  return (
    <div className="approval-votes">
      <div className="approval-count">
        {approval.state === "open" && (
          <>
            <Progress
              percent={(100 * Math.min(yes, wanted)) / wanted}
              steps={wanted}
              showInfo={false}
              size={[18, 8]}
              aria-label={t("approvals.count", { yes, wanted })}
            />
            <span>{t("approvals.count", { yes, wanted })}</span>
          </>
        )}
        {levels > 1 && <span>{t("approvals.level", { level: (approval.level ?? 0) + 1, levels })}</span>}
        {approval.state === "open" && (
          <span className="faint">
            {t(seats > wanted ? "approvals.some_of" : "approvals.all_of", { names: asked.join(t("approvals.and")) })}
          </span>
        )}
        {approval.decided_by && (
          <span className="faint">
            {t("approvals.decided_by", { name: approval.decided_by })} <When at={approval.decided_at} />
          </span>
        )}
      </div>
      {(approval.delegations ?? []).map((each) => (
        <div key={`${each.by} ${each.at}`} className="approval-vote">
          <Badge>{t("approvals.delegate")}</Badge>
          <span>{t("approvals.delegated", { by: each.by, to: each.to })}</span>
          <span className="faint">{each.comment}</span>
          <When at={each.at} />
        </div>
      ))}
      {(approval.votes ?? []).map((vote) => (
        <div key={`${vote.person} ${vote.at}`} className="approval-vote">
          <Badge tone={vote.verdict === "approve" ? "good" : "bad"}>{t(`approvals.voted.${vote.verdict}`)}</Badge>
          <span>
            {vote.on_behalf ? t("approvals.for_other", { person: vote.person, other: vote.on_behalf }) : vote.person}
          </span>
          <span className="faint">{vote.comment}</span>
          <When at={vote.at} />
        </div>
      ))}
    </div>
  );
}
