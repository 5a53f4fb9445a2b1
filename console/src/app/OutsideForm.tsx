import { Themed } from "~/app/Themed";
import Filling from "~/pages/filling/Filling";

/** A form by its link brings the look of the fields with it. */
export default function OutsideForm({ token }: { token: string }) {
  return (
    <Themed>
      <Filling token={token} />
    </Themed>
  );
}
