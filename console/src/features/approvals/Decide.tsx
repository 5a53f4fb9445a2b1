import { CheckOutlined, CloseOutlined } from "@ant-design/icons";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Input, Tag } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, once, told } from "~/client/api";
import { Delegate } from "~/features/approvals/Delegate";
import type { Decided } from "~/features/approvals/read";
import { useSaid } from "~/ui/Trouble";

type Verdict = "approve" | "reject";
const REASONS = ["one", "two", "three"] as const;

type Props = { approvalId: string; delegable: boolean; done: (decided: Decided) => void };

/** Yes or no, with a reason, in two taps of one thumb; a no says why. */
export function Decide({ approvalId, delegable, done }: Props) {
  const { t } = useTranslation();
  const said = useSaid();
  const client = useQueryClient();
  const [verdict, setVerdict] = useState<Verdict | null>(null);
  const [comment, setComment] = useState("");
  const [key, setKey] = useState(once);
  const decide = useMutation({
    mutationFn: (verdict: Verdict) =>
      told(
        api.POST("/api/v1/approvals/{approval_id}/decide", {
          params: { path: { approval_id: approvalId } },
          body: { verdict, comment: comment.trim() },
          headers: key,
        }),
      ),
    onSuccess: (decided) => {
      done(decided);
      client.invalidateQueries({ queryKey: ["approvals"] });
      client.invalidateQueries({ queryKey: ["credit"] });
    },
  });
  const choose = (wanted: Verdict | null) => {
    setVerdict(wanted);
    setComment("");
    setKey(once());
    decide.reset();
  };
  if (!verdict)
    return (
      <div className="decide">
        {delegable && <Delegate approvalId={approvalId} />}
        <Button size="large" danger icon={<CloseOutlined />} onClick={() => choose("reject")}>
          {t("approvals.reject")}
        </Button>
        <Button size="large" type="primary" icon={<CheckOutlined />} onClick={() => choose("approve")}>
          {t("approvals.approve")}
        </Button>
      </div>
    );
  const missing = verdict === "reject" && !comment.trim();
  return (
    <div className="decide-why">
      <div className="decide-reasons">
        {REASONS.map((each) => {
          const text = t(`approvals.${verdict}.${each}`);
          return (
            <Tag.CheckableTag key={each} checked={comment === text} onChange={() => setComment(text)}>
              {text}
            </Tag.CheckableTag>
          );
        })}
      </div>
      <Input.TextArea
        value={comment}
        maxLength={500}
        autoSize={{ minRows: 1, maxRows: 4 }}
        placeholder={t(verdict === "reject" ? "approvals.why_needed" : "approvals.why")}
        aria-label={t(verdict === "reject" ? "approvals.why_needed" : "approvals.why")}
        onChange={(event) => setComment(event.target.value)}
      />
      {decide.error && <Alert type="error" role="alert" showIcon title={said(decide.error)} />}
      <div className="decide">
        <Button size="large" onClick={() => choose(null)}>
          {t("shell.cancel")}
        </Button>
        <Button
          size="large"
          type="primary"
          danger={verdict === "reject"}
          disabled={missing}
          loading={decide.isPending}
          onClick={() => decide.mutate(verdict)}
        >
          {t(verdict === "reject" ? "approvals.confirm_reject" : "approvals.confirm_approve")}
        </Button>
      </div>
    </div>
  );
}
