import { Button } from "antd";
import { type PointerEvent, useContext, useRef, useState } from "react";
import { FormHouse } from "~/ui/form/house";

type Props = { id: string; busy: boolean; locked: boolean; done: (file: File) => void };
const WIDTH = 480;
const HEIGHT = 160;

/** A signature by finger, pen or mouse; it becomes a picture. */
export function Signature({ id, busy, locked, done }: Props) {
  const house = useContext(FormHouse);
  const board = useRef<HTMLCanvasElement>(null);
  const drawing = useRef(false);
  const [drawn, setDrawn] = useState(false);
  if (!house) return null;
  const at = (event: PointerEvent<HTMLCanvasElement>): [number, number] => {
    const box = event.currentTarget.getBoundingClientRect();
    return [((event.clientX - box.left) / box.width) * WIDTH, ((event.clientY - box.top) / box.height) * HEIGHT];
  };
  const begin = (event: PointerEvent<HTMLCanvasElement>) => {
    const pen = board.current?.getContext("2d");
    if (!pen || locked) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    drawing.current = true;
    pen.lineWidth = 2.5;
    pen.lineCap = "round";
    pen.strokeStyle = "#1a1c20";
    pen.beginPath();
    pen.moveTo(...at(event));
  };
  const draw = (event: PointerEvent<HTMLCanvasElement>) => {
    const pen = board.current?.getContext("2d");
    if (!pen || !drawing.current) return;
    pen.lineTo(...at(event));
    pen.stroke();
    setDrawn(true);
  };
  const clear = () => {
    board.current?.getContext("2d")?.clearRect(0, 0, WIDTH, HEIGHT);
    setDrawn(false);
  };
  const keep = () =>
    board.current?.toBlob((picture) => {
      if (picture) done(new File([picture], "signature.png", { type: "image/png" }));
    }, "image/png");
  return (
    <div className="fill-signature">
      <canvas
        ref={board}
        width={WIDTH}
        height={HEIGHT}
        role="img"
        aria-label={house.t("form.sign_here")}
        onPointerDown={begin}
        onPointerMove={draw}
        onPointerUp={() => {
          drawing.current = false;
        }}
      />
      <div>
        <Button id={id} size="small" type="primary" disabled={!drawn || locked} loading={busy} onClick={keep}>
          {house.t("form.sign_done")}
        </Button>
        <Button size="small" type="text" disabled={!drawn} onClick={clear}>
          {house.t("form.sign_again")}
        </Button>
      </div>
    </div>
  );
}
