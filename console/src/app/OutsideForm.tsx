import { Themed } from "~/app/Themed";
import { add } from "~/client/language";
import { texts } from "~/kit/every_text";
import Filling from "~/pages/filling/Filling";

add(texts);

/** A form by its link brings the look of the fields with it, and their words. */
export default function OutsideForm({ token }: { token: string }) {
  return (
    <Themed>
      <Filling token={token} />
    </Themed>
  );
}
